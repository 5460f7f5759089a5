// A question to practise, beside the device check; its parts are in js/room/.

export { default } from "../room/practice.js";
