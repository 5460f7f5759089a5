// A voice message: recorded, listened to, sent or thrown away.

import { gettext } from "../i18n.js";
import { close, openDevices, watchSound } from "../room/devices.js";
import { soundMeter } from "../room/meter.js";
import { show } from "../room/playback.js";
import { mimeTypeFor, Recorder } from "../room/recorder.js";

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;
const SHORTEST_SECONDS = 0.7;

export class Voice {
  // onSend(blob); onClose() when the panel is left.
  constructor(view, { seconds, onSend, onClose }) {
    Object.assign(this, { view, seconds, onSend, onClose });
    this.meter = soundMeter(view.parts.meter);
    view.on("record", "click", () => this.record());
    view.on("stop-recording", "click", () => this.recorder?.stop());
    view.on("cancel-recording", "click", () => this.cancel());
    view.on("send-recording", "click", () => this.#send());
    view.on("record-again", "click", () => this.record());
    view.on("discard-recording", "click", () => this.cancel());
    this.escape = (event) => { if (event.key === "Escape" && ["recording", "recorded"].includes(view.state)) this.cancel(); };
    document.addEventListener("keydown", this.escape);
  }

  async record() {
    if (this.opening) return;
    this.opening = true;
    this.#put(null);
    this.view.notice("");
    try {
      this.stream = await openDevices({ video: false });
      await this.#begin();
    } catch (error) {
      this.#release();
      this.view.notice([error.message, error.help].filter(Boolean).join(" "));
      this.onClose();
    } finally {
      this.opening = false;
    }
  }

  async #begin() {
    const pieces = [];
    const mimeType = mimeTypeFor("audio");
    this.unwatch = watchSound(this.stream, { onLevel: this.meter, onSilent: (silent) => { this.view.parts.silent.hidden = !silent; } });
    this.recorder = new Recorder(this.stream, {
      mimeType,
      onPiece: (piece) => pieces.push(piece),
      onStop: (seconds) => this.#recorded(new Blob(pieces, { type: mimeType.split(";")[0] }), seconds),
    });
    this.cancelled = false;
    await this.recorder.start(this.seconds * 1000);
    this.view.show("recording");
    this.view.say(gettext("Recording"));
    this.view.parts["stop-recording"].focus();
    this.timer = setInterval(() => {
      this.view.parts.recorded.textContent = gettext("%(now)s of %(most)s", { now: clock(this.recorder?.seconds ?? 0), most: clock(this.seconds) });
    }, 200);
  }

  #recorded(blob, seconds) {
    this.#release();
    if (this.cancelled) return;
    if (seconds < SHORTEST_SECONDS || blob.size === 0) {
      this.view.notice(gettext("That was too short. Press the microphone, speak, then stop."));
      this.onClose();
      return;
    }
    this.#put(blob);
    this.view.show("recorded");
    this.view.say(gettext("Recorded. Listen to it, or send it."));
    this.view.parts["send-recording"].focus();
  }

  cancel() {
    this.cancelled = true;
    this.recorder?.stop();
    this.#release();
    this.#put(null);
    this.onClose();
  }

  #send() {
    const { blob } = this;
    this.#put(null);
    this.onClose();
    this.onSend(blob);
  }

  #put(blob) {
    this.blob = blob;
    show(this.view.parts.listen, blob ? URL.createObjectURL(blob) : "");
  }

  #release() {
    clearInterval(this.timer);
    this.unwatch?.();
    this.unwatch = null;
    close(this.stream);
    this.stream = null;
    this.recorder = null;
    this.view.parts.silent.hidden = true;
  }

  get unsaved() {
    return Boolean(this.recorder || this.blob);
  }

  leave() {
    document.removeEventListener("keydown", this.escape);
    this.cancelled = true;
    this.recorder?.stop();
    this.#release();
  }
}
