// One take: its bytes go to the server while it is recorded, and stay here until its answer is in.

import { finishTake, patiently } from "./api.js";
import { forget, keepNote, keepPiece, recall } from "./store.js";
import { TakeUpload } from "./upload.js";

const LARGEST_KEPT = 100e6; // browsers copy what they keep; a longer film is chosen again after a reload

// Takes with bytes that only this page has. They go on being sent wherever the room has gone.
const sending = new Set();
const watchers = new Set();

// { done, total } bytes of all takes that are still going up from this page.
export function underWay() {
  const sum = { done: 0, total: 0 };
  for (const take of sending) {
    sum.done += take.progress.done;
    sum.total += take.progress.total;
  }
  return sum;
}

export function onUnderWay(listener) {
  watchers.add(listener);
  return () => watchers.delete(listener);
}

// While a page records or sends a take it holds the take's lock, so that no second tab ends the take with what it
// happens to find in storage. The browser lets go of the lock with the page. Resolves to what releases it; null when
// another page holds it and `wait` is false. Safari before 15.4 has no locks: there the newest tab just goes on.
function held(id, { wait }) {
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((resolve) => {
    navigator.locks.request(`colloquy.take.${id}`, { ifAvailable: !wait }, (lock) => {
      if (lock === null) return resolve(null);
      return new Promise((release) => { resolve(release); });
    });
  });
}

export class Take {
  // kept: whether this browser's storage keeps it (a practice is not kept). row: what the server says about it.
  constructor({ id, number, uploadUrl, mimeType, seconds = 0, kept = true, row = {}, onProgress = () => {} }) {
    Object.assign(this, { id, number, mimeType, seconds, kept, row, pieces: [], done: Promise.resolve(), progress: { done: 0, total: 0, waiting: false } });
    if (!uploadUrl) return;
    this.upload = new TakeUpload(uploadUrl, {
      onProgress: (progress) => {
        this.progress = progress;
        onProgress();
        for (const listener of watchers) listener();
      },
    });
  }

  add(blob, seconds) {
    this.pieces.push(blob);
    this.seconds = seconds;
    if (this.upload) this.hold();
    const start = this.upload?.push(blob);
    if (!this.kept) return;
    keepPiece(this.id, start, blob);
    keepNote(this.id, { mimeType: this.mimeType, seconds });
  }

  // From the first byte until everything is sent.
  hold() {
    sending.add(this);
    this.lock ??= held(this.id, { wait: true });
  }

  letGo() {
    sending.delete(this);
    this.lock?.then((release) => release());
    this.lock = null;
    for (const listener of watchers) listener();
  }

  // A whole file, read from the disk as it is sent.
  addFile(file, seconds) {
    this.pieces = [file];
    this.seconds = seconds;
    this.hold();
    this.upload.replace(file);
    if (file.size <= LARGEST_KEPT) keepNote(this.id, { mimeType: this.mimeType, seconds, file });
    return this.finish(seconds);
  }

  // After the last piece. `done` then resolves when the server has everything and knows it.
  finish(seconds) {
    this.seconds = seconds;
    this.ended = true;
    if (!this.upload) return this.done;
    if (this.kept && !(this.pieces[0] instanceof File)) keepNote(this.id, { mimeType: this.mimeType, seconds });
    this.done = this.upload.end().then(() => patiently(() => finishTake(this.id, this.seconds)));
    const over = () => this.letGo();
    this.done.then(over, over); // Awaited when the take is used.
    return this.done;
  }

  // The file of a take that was cut short and is not kept here: chosen again, it goes on where it stopped.
  resume(file) {
    this.missing = false;
    this.upload.replace(file);
    return this.addFile(file, this.seconds);
  }

  // Whether this is the file that was cut short, as far as its length tells.
  continues(file) {
    return this.missing === true && this.upload.known === file.size;
  }

  // Stops sending and lets the take go, here and at the server.
  async cancel() {
    this.letGo();
    await this.upload?.cancel({ remove: true });
    await this.forget();
  }

  get empty() {
    if (!this.upload) return !this.kept && this.pieces.length === 0;
    return this.upload.total === 0 && this.upload.offset === 0 && this.pieces.length === 0;
  }

  // Whether bytes of it are only on another device: it cannot be ended from here without losing them.
  get elsewhere() {
    return Boolean(this.upload) && !this.ended && this.row.here === false;
  }

  // An address for playback in this page, or "" when the bytes are only on the server. Revoke it after use.
  playback() {
    return this.pieces.length ? URL.createObjectURL(new Blob(this.pieces, { type: this.mimeType })) : "";
  }

  forget() {
    return this.kept ? forget(this.id) : Promise.resolve();
  }

  // A take that the server lists, after a reload: what was not sent yet goes on from this browser's storage. When
  // another tab of this browser is still sending it, that tab is waited for, in `done`.
  static async recover(row, onProgress) {
    const unfinished = row.state === "recording" && row.upload_url;
    const take = new Take({ id: row.id, number: row.number, uploadUrl: unfinished ? row.upload_url : "", mimeType: "", row, onProgress });
    if (!unfinished) {
      await take.#recall();
      return take;
    }
    const release = await held(row.id, { wait: false });
    if (release) {
      take.lock = Promise.resolve(release);
      await take.#goOn();
    } else {
      await take.#recall();
      take.ended = true;
      take.lock = held(row.id, { wait: true });
      take.done = take.lock.then(() => take.#goOn()).then(({ sent }) => sent);
      take.done.catch(() => {});
    }
    return take;
  }

  async #recall() {
    const kept = await recall(this.id);
    this.mimeType = kept?.mimeType ?? "";
    this.seconds = this.row.duration_seconds ?? kept?.seconds ?? 0;
    this.pieces = kept?.pieces ?? [];
  }

  // Ask first: a take without a byte must not be ended, and only what the server lacks is sent.
  async #goOn() {
    await this.#recall();
    for (const piece of this.pieces) this.upload.remember(piece);
    await this.upload.settle();
    this.missing = this.pieces.length === 0 && this.row.source === "upload" && this.upload.offset < this.upload.known;
    const mine = this.row.here !== false || this.pieces.length > 0;
    if (this.empty || !mine || this.missing) {
      this.letGo();
      return { sent: undefined };
    }
    sending.add(this);
    return { sent: this.finish(this.seconds) };
  }
}
