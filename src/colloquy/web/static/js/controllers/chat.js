// The conversation with the AI interviewer; its parts are in js/chat/.

export { default } from "../chat/chat.js";
