// A tus 1.0 client for takes that are sent while they are recorded: the length is deferred until the take has ended.
// A piece is let go only when the server has acknowledged its bytes. Lost connections are waited out; after each, the
// server is asked (HEAD) how much it has.

import { csrfToken } from "../http.js";

const AT_MOST = 4 * 1024 * 1024;
const WAITS_MS = [500, 1000, 2000, 4000, 8000, 15000];
const FOREVER_LOST = new Set([400, 401, 403, 404, 410, 413, 415]);

export class UploadLost extends Error {
  constructor(status) {
    super(`The upload was refused (${status}).`);
    this.status = status;
  }
}

export class TakeUpload {
  // onProgress({ done, total, waiting }) in bytes, after every change.
  constructor(url, { onProgress = () => {} } = {}) {
    this.url = url;
    this.onProgress = onProgress;
    this.pieces = []; // { start, blob } from the first that is not wholly acknowledged
    this.total = 0;
    this.offset = 0;
    this.ended = false;
    this.lengthSent = false;
    this.asks = false;
    this.finished = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    this.finished.catch(() => {}); // Whoever awaits it handles it; until somebody does it is not a fault.
    this.onOnline = () => this.wake?.();
    window.addEventListener("online", this.onOnline);
  }

  // Adds bytes and sends them; returns where they start.
  push(blob) {
    const start = this.remember(blob);
    this.#report();
    this.#run();
    return start;
  }

  // Adds bytes without sending yet.
  remember(blob) {
    const start = this.total;
    this.pieces.push({ start, blob });
    this.total += blob.size;
    return start;
  }

  // No more bytes will come. Resolves when the server has all of them; rejects with UploadLost.
  end() {
    this.ended = true;
    this.#run();
    return this.finished;
  }

  // Asks once how much the server has of a take from before a reload. No answer is no fault: sending asks again.
  async settle() {
    this.asks = true;
    try {
      if (!this.running) await this.#ask();
    } catch (error) {
      if (error instanceof UploadLost) throw error;
    }
  }

  cancel() {
    this.cancelled = true;
    this.wake?.();
    window.removeEventListener("online", this.onOnline);
  }

  async #run() {
    if (this.running) return;
    this.running = true;
    let failures = 0;
    try {
      while (!this.cancelled && (this.asks || this.offset < this.total || (this.ended && !this.lengthSent))) {
        try {
          if (this.asks) await this.#ask();
          else await this.#send();
          failures = 0;
        } catch (error) {
          if (error instanceof UploadLost) throw error;
          this.asks = true;
          this.#report(true);
          await this.#wait(WAITS_MS[Math.min(failures, WAITS_MS.length - 1)]);
          failures += 1;
        }
      }
      if (this.ended && this.lengthSent) this.resolve(this.total);
    } catch (error) {
      this.cancelled = true;
      this.reject(error);
    } finally {
      this.running = false;
    }
  }

  async #request(method, headers, body) {
    const response = await fetch(this.url, {
      method, body, credentials: "same-origin", headers: { "Tus-Resumable": "1.0.0", "X-CSRF-Token": csrfToken(), ...headers },
    });
    if (FOREVER_LOST.has(response.status)) throw new UploadLost(response.status);
    if (!response.ok) throw new Error(`The server answered ${response.status}.`); // 409, 423, 429, 5xx: ask and go on
    return response;
  }

  async #ask() {
    const response = await this.#request("HEAD", {});
    this.#acknowledge(Number(response.headers.get("Upload-Offset")));
    const length = response.headers.get("Upload-Length");
    this.lengthSent = length !== null;
    // After a reload the server may hold bytes that this browser's storage refused to keep.
    if (this.offset > this.total) this.total = this.offset;
    this.asks = false;
  }

  async #send() {
    const parts = this.pieces.map((piece) => piece.blob);
    const from = this.offset - (this.pieces[0]?.start ?? this.offset);
    if (from < 0) throw new UploadLost(410); // The server has forgotten bytes that it acknowledged.
    const body = new Blob(parts).slice(from, from + AT_MOST);
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(this.offset) };
    if (this.ended && !this.lengthSent) headers["Upload-Length"] = String(this.total);
    const response = await this.#request("PATCH", headers, body);
    if ("Upload-Length" in headers) this.lengthSent = true;
    this.#acknowledge(Number(response.headers.get("Upload-Offset")));
  }

  #acknowledge(offset) {
    if (!Number.isSafeInteger(offset) || offset < 0) throw new Error("The server did not say how much it has.");
    this.offset = offset;
    this.pieces = this.pieces.filter((piece) => piece.start + piece.blob.size > offset);
    this.#report();
  }

  #report(waiting = false) {
    this.onProgress({ done: Math.min(this.offset, this.total), total: this.total, waiting });
  }

  // Waits with jitter, or until the browser is online again.
  #wait(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms * (0.75 + Math.random() / 2));
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }
}
