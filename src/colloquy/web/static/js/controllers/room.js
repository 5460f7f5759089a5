// The recording room; its parts are in js/room/.

export { default } from "../room/room.js";
