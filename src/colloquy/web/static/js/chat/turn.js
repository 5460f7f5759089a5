// One turn of the interviewer, to its end: a line that breaks is taken up again exactly where it broke.

import { stream } from "./api.js";

const WAITS_MS = [500, 1000, 2000, 4000, 8000];

const wait = (ms) => new Promise((resolve) => {
  const timer = setTimeout(done, ms);
  function done() {
    clearTimeout(timer);
    window.removeEventListener("online", done);
    resolve();
  }
  window.addEventListener("online", done);
});

const mayPass = (error) => error.status === 0 || error.status === 429 || error.status >= 500;

// onEvent(event) for each; onTrouble(true|false) while the connection is away. Throws what the server refuses.
export async function readTurn(body, { onEvent, onTrouble, signal }) {
  let last = null;
  let over = false;
  for (let attempt = 0; !over; attempt += 1) {
    try {
      for await (const event of stream(body, last, signal)) {
        onTrouble(false);
        attempt = 0;
        if (event.id) last = event.id;
        if (event.name === "error") {
          if (!event.data.retry) throw Object.assign(new Error(event.data.message), { status: 410, code: event.data.code });
          break;
        }
        onEvent(event);
        over = event.name === "done" && event.data.conversation.turn !== "interviewer";
      }
    } catch (error) {
      if (!mayPass(error)) throw error;
    }
    if (over || signal.aborted) return;
    onTrouble(true);
    await wait(WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)]);
  }
}
