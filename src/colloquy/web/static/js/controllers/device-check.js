// The check of camera and microphone before an interview; its parts are in js/room/.

export { default } from "../room/device-check.js";
