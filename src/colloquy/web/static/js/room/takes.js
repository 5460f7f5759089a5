// One take: its bytes go to the server while it is recorded, and stay here until its answer is in.

import { finishTake, patiently } from "./api.js";
import { forget, keepNote, keepPiece, recall } from "./store.js";
import { TakeUpload } from "./upload.js";

export class Take {
  constructor({ id, number, uploadUrl, mimeType, seconds = 0, onProgress }) {
    Object.assign(this, { id, number, mimeType, seconds, pieces: [], done: Promise.resolve(), progress: { done: 0, total: 0, waiting: false } });
    if (uploadUrl) {
      this.upload = new TakeUpload(uploadUrl, {
        onProgress: (progress) => {
          this.progress = progress;
          onProgress();
        },
      });
    }
  }

  add(blob, seconds) {
    this.pieces.push(blob);
    this.seconds = seconds;
    keepPiece(this.id, this.upload.push(blob), blob);
    keepNote(this.id, { mimeType: this.mimeType, seconds });
  }

  // After the last piece. `done` then resolves when the server has everything and knows it.
  finish(seconds) {
    this.seconds = seconds;
    keepNote(this.id, { mimeType: this.mimeType, seconds });
    this.done = this.upload.end().then(() => patiently(() => finishTake(this.id, this.seconds)));
    this.done.catch(() => {}); // Awaited when the take is used.
    return this.done;
  }

  get empty() {
    return this.upload !== undefined && this.upload.total === 0 && this.upload.offset === 0;
  }

  // An address for playback in this page, or "" when the bytes are only on the server. Revoke it after use.
  playback() {
    return this.pieces.length ? URL.createObjectURL(new Blob(this.pieces, { type: this.mimeType })) : "";
  }

  forget() {
    return forget(this.id);
  }

  // A take that the server lists, after a reload: what was not sent yet goes on from this browser's storage.
  static async recover(row, onProgress) {
    const kept = await recall(row.id);
    const unfinished = row.state === "recording" && row.upload_url;
    const take = new Take({
      id: row.id, number: row.number, uploadUrl: unfinished ? row.upload_url : "", mimeType: kept?.mimeType ?? "",
      seconds: row.duration_seconds ?? kept?.seconds ?? 0, onProgress,
    });
    take.pieces = kept?.pieces ?? [];
    if (!unfinished) return take;
    // Ask first: a take without a byte must not be ended, and only what the server lacks is sent.
    for (const piece of take.pieces) take.upload.remember(piece);
    await take.upload.settle();
    if (!take.empty) take.finish(take.seconds);
    return take;
  }
}
