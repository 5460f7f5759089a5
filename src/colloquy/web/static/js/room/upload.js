// A tus 1.0 client for takes that are sent while they are recorded: the length is deferred until the take has ended.
// A piece is let go only when the server has acknowledged its bytes. Lost connections are waited out; after each, the
// server is asked (HEAD) how much it has.

import { csrfToken } from "../http.js";

const LEAST = 128 * 1024;
const AT_MOST = 4 * 1024 * 1024;
const FIRST = 512 * 1024;
const REQUEST_SECONDS = 3; // a request should take about so long: progress moves, and a cut costs little
const STALLED_MS = 30_000; // plus a second for each 16 KB: longer means that nothing arrives any more
const WAITS_MS = [500, 1000, 2000, 4000, 8000, 15000];
const FOREVER_LOST = new Set([400, 401, 403, 404, 410, 413, 415]);

const RATE = "colloquy.upload-rate";
let rate = 0;

// Bits a second that went up lately from this browser; 0 while nobody knows.
export function measuredRate() {
  try {
    return rate || Number(sessionStorage.getItem(RATE)) || 0;
  } catch {
    return rate;
  }
}

function measured(bytes, milliseconds) {
  // Small requests measure the way to the server and back, not how much fits through.
  if (bytes < 32 * 1024 || milliseconds <= 0) return;
  const now = (bytes * 8000) / milliseconds;
  rate = rate ? rate * 0.6 + now * 0.4 : now;
  try {
    sessionStorage.setItem(RATE, String(Math.round(rate)));
  } catch {
    // Storage is forbidden: the next page measures again.
  }
}

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
    this.waiting = false;
    this.size = FIRST;
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

  // One whole file instead of everything before.
  replace(blob) {
    this.pieces = [{ start: 0, blob }];
    this.total = blob.size;
  }

  // No more bytes will come. Resolves when the server has all of them; rejects with UploadLost.
  end() {
    this.ended = true;
    this.#run();
    return this.finished;
  }

  // Asks how much the server has of a take from before a reload: once where this browser has bytes to send, for sending
  // asks again; some times where it has none, because only the answer tells an empty take from one that was cut short.
  async settle() {
    this.asks = true;
    const tries = this.total ? 1 : WAITS_MS.length;
    for (let attempt = 0; attempt < tries && this.asks && !this.cancelled; attempt += 1) {
      if (attempt) await this.#wait(WAITS_MS[attempt - 1]);
      try {
        if (!this.running) await this.#ask();
        else return;
      } catch (error) {
        if (error instanceof UploadLost) throw error;
      }
    }
  }

  // Stops sending; with `remove` the server forgets what it has.
  cancel({ remove = false } = {}) {
    this.cancelled = true;
    this.request?.abort();
    this.wake?.();
    window.removeEventListener("online", this.onOnline);
    return remove ? this.#request("DELETE", {}).catch(() => {}) : undefined;
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
          this.waiting = true;
          this.#report();
          await this.#wait(WAITS_MS[Math.min(failures, WAITS_MS.length - 1)]);
          failures += 1;
        }
      }
      if (this.ended && this.lengthSent && !this.cancelled) {
        window.removeEventListener("online", this.onOnline);
        this.resolve(this.total);
      }
    } catch (error) {
      this.cancelled = true;
      this.reject(error);
    } finally {
      this.running = false;
    }
  }

  async #request(method, headers, body) {
    // Some networks swallow a request without an answer, and a browser would wait for minutes.
    this.request = new AbortController();
    const timer = setTimeout(() => this.request.abort(), STALLED_MS + (body?.size ?? 0) / 16);
    const began = performance.now();
    try {
      const response = await fetch(this.url, {
        method, body, credentials: "same-origin", signal: this.request.signal,
        headers: { "Tus-Resumable": "1.0.0", "X-CSRF-Token": csrfToken(), ...headers },
      });
      if (FOREVER_LOST.has(response.status)) throw new UploadLost(response.status);
      if (!response.ok) throw new Error(`The server answered ${response.status}.`); // 409, 423, 429, 5xx: ask and go on
      if (body) measured(body.size, performance.now() - began);
      return response;
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask() {
    const response = await this.#request("HEAD", {});
    this.#acknowledge(Number(response.headers.get("Upload-Offset")));
    const length = response.headers.get("Upload-Length");
    this.lengthSent = length !== null;
    this.known = length === null ? 0 : Number(length);
    // After a reload the server may hold bytes that this browser's storage refused to keep.
    if (this.offset > this.total) this.total = this.offset;
    this.asks = false;
  }

  async #send() {
    const parts = this.pieces.map((piece) => piece.blob);
    const from = this.offset - (this.pieces[0]?.start ?? this.offset);
    if (from < 0) throw new UploadLost(410); // The server has forgotten bytes that it acknowledged.
    const body = new Blob(parts).slice(from, from + this.size);
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(this.offset) };
    if (this.ended && !this.lengthSent) headers["Upload-Length"] = String(this.total);
    const response = await this.#request("PATCH", headers, body);
    if ("Upload-Length" in headers) this.lengthSent = true;
    if (measuredRate()) this.size = Math.min(AT_MOST, Math.max(LEAST, (measuredRate() / 8) * REQUEST_SECONDS));
    this.#acknowledge(Number(response.headers.get("Upload-Offset")));
  }

  #acknowledge(offset) {
    if (!Number.isSafeInteger(offset) || offset < 0) throw new Error("The server did not say how much it has.");
    this.offset = offset;
    this.waiting = false;
    this.pieces = this.pieces.filter((piece) => piece.start + piece.blob.size > offset);
    this.#report();
  }

  // `waiting` holds from a failure until the server answers: pieces that come meanwhile change nothing about it.
  #report() {
    this.onProgress({ done: Math.min(this.offset, this.total), total: this.total, waiting: this.waiting });
  }

  // Waits with jitter, or until the browser is online again.
  #wait(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms * (0.75 + Math.random() / 2));
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }
}
