// What the candidate is saying, as two lines under the picture, made by the server while they record. It listens beside
// the recorder and never touches it: whatever goes wrong here, the recording goes on.

import { canListen, openPcm } from "./pcm.js";
import { liveCaptions as words } from "./words.js";

const CHOICE = "colloquy.captions";
const AGAIN_MS = 1500;
const KEPT_CHARACTERS = 240; // more than two lines at any width
const BEHIND_BYTES = 64_000; // two seconds of sound that the line has not taken: captions later than that help nobody

// Captions for this page's recorder, or null where the page or the browser has none.
export function liveCaptions(view) {
  if (!view.parts["captions-on"]) return null;
  if (canListen()) return new LiveCaptions(view);
  view.parts["live-captions"].remove();
  return null;
}

class LiveCaptions {
  constructor(view) {
    this.view = view;
    this.switch = view.parts["captions-on"];
    this.switch.checked = remembered();
    this.unbind = view.on("captions-on", "change", () => this.#switched());
  }

  // stream: where the voice is; takeId: what is being recorded.
  begin(stream, takeId) {
    this.speaking = { stream, takeId };
    if (this.switch.checked) this.#open();
  }

  end() {
    this.#close();
    this.speaking = null;
  }

  leave() {
    this.end();
    this.unbind();
  }

  #switched() {
    remember(this.switch.checked);
    if (!this.switch.checked) this.#close();
    else if (this.speaking) this.#open();
  }

  #open() {
    this.#close();
    this.line = { tries: 0 };
    this.view.parts["caption-strip"].hidden = false;
    this.#message(words.listening);
    this.#connect(this.line);
  }

  #close() {
    const { line } = this;
    this.line = null;
    clearTimeout(line?.timer);
    line?.hangUp?.();
    this.view.parts["caption-strip"].hidden = true;
    for (const part of ["caption-said", "caption-now", "caption-spoken"]) this.view.text(part, "");
  }

  #connect(line) {
    const { stream, takeId } = this.speaking;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws/captions/${takeId}`);
    let microphone = null;
    const hush = () => {
      microphone?.then((close) => close(), () => {});
      microphone = null;
    };
    line.tries += 1;
    line.hangUp = () => { hush(); socket.close(); };
    socket.addEventListener("open", () => {
      if (this.line !== line) return;
      microphone = openPcm(stream, (piece) => {
        if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount < BEHIND_BYTES) socket.send(piece);
      });
      microphone.catch(() => socket.close());
    });
    socket.addEventListener("message", ({ data }) => {
      if (this.line !== line) return;
      const said = JSON.parse(data);
      if (said.closed) line.reason = said.closed;
      else this.#show(said);
    });
    socket.addEventListener("close", () => {
      hush();
      if (this.line === line) this.#lost(line);
    });
  }

  #lost(line) {
    const passing = !line.reason || line.reason === "failed";
    if (!passing || line.tries > 1) return this.#message(line.reason === "full" ? words.full : words.stopped, { aloud: true });
    delete line.reason;
    this.#message(words.again);
    line.timer = setTimeout(() => this.#connect(line), AGAIN_MS);
    return undefined;
  }

  #show({ text, final }) {
    const { parts } = this.view;
    const messaging = parts["caption-strip"].dataset.message === "true";
    parts["caption-strip"].dataset.message = false;
    const said = messaging ? "" : parts["caption-said"].textContent;
    this.view.text("caption-said", final ? `${said} ${text}`.trim().slice(-KEPT_CHARACTERS) : said);
    this.view.text("caption-now", final ? "" : text);
    if (final && text) this.view.text("caption-spoken", text);
  }

  // A word about the captions in their place; aloud only when they have ended.
  #message(text, { aloud = false } = {}) {
    this.view.parts["caption-strip"].dataset.message = true;
    this.view.text("caption-said", text);
    this.view.text("caption-now", "");
    if (aloud) this.view.text("caption-spoken", text);
  }
}

function remembered() {
  try {
    return sessionStorage.getItem(CHOICE) === "on";
  } catch {
    return false; // storage is forbidden: the candidate chooses on each page
  }
}

function remember(on) {
  try {
    sessionStorage.setItem(CHOICE, on ? "on" : "off");
  } catch {
    // As above.
  }
}
