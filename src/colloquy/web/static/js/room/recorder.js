// One take through MediaRecorder: pieces leave it every second, and it stops by itself at the limit.

import { DeviceTrouble } from "./devices.js";

const TYPES = {
  video: ["video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm", "video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/mp4"],
  audio: ["audio/webm;codecs=opus", "audio/webm", "audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio/ogg;codecs=opus"],
};
const PIECE_MS = 1000;
const BEGIN_MS = 8000;

export function mimeTypeFor(kind) {
  return TYPES[kind].find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
}

export class Recorder {
  // onPiece(blob) for each piece; onStop(seconds, reason) once, after the last piece. reason: pressed, limit, device.
  // profile: { bits, sound } of the picture and the sound, a second.
  constructor(stream, { mimeType, onPiece, onStop, profile = { bits: 1_500_000, sound: 64_000 } }) {
    this.onStop = onStop;
    this.reason = "device";
    this.recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: profile.bits, audioBitsPerSecond: profile.sound });
    this.recorder.addEventListener("dataavailable", (event) => { if (event.data.size > 0) onPiece(event.data); });
    this.recorder.addEventListener("stop", () => this.#ended());
    this.recorder.addEventListener("error", () => this.stop("device"));
    // A camera that is unplugged ends the take; what was recorded until then is kept.
    for (const track of stream.getTracks()) track.addEventListener("ended", () => this.stop("device"), { once: true });
  }

  // Begins, and stops at `limitMs`. Resolves when the recorder has really begun; rejects with DeviceTrouble when the
  // devices deliver nothing to record.
  start(limitMs) {
    return new Promise((resolve, reject) => {
      const waiting = setTimeout(() => {
        this.dead = true;
        reject(new DeviceTrouble("NotReadableError"));
        if (this.running) this.recorder.stop();
      }, BEGIN_MS);
      this.recorder.addEventListener("start", () => {
        clearTimeout(waiting);
        this.startedAt = performance.now();
        this.timer = setTimeout(() => this.stop("limit"), limitMs);
        resolve();
      }, { once: true });
      this.recorder.start(PIECE_MS);
    });
  }

  get running() {
    return this.recorder.state !== "inactive";
  }

  get seconds() {
    return this.startedAt === undefined ? 0 : ((this.stoppedAt ?? performance.now()) - this.startedAt) / 1000;
  }

  stop(reason = "pressed") {
    if (!this.running) return;
    clearTimeout(this.timer);
    this.reason = reason;
    this.stoppedAt = performance.now();
    this.recorder.stop();
  }

  #ended() {
    clearTimeout(this.timer);
    this.stoppedAt ??= performance.now();
    if (!this.dead) this.onStop(this.seconds, this.reason);
  }
}
