// What was recorded, kept in IndexedDB until its answer is in: a closed lid or a reload loses nothing. Where IndexedDB
// is forbidden (some private windows) or full, everything still works from memory, and the candidate is told.

const NAME = "colloquy-room";
const KEPT_MS = 14 * 24 * 3600 * 1000; // longer than any upload waits; what is left by then is of no use to anybody

const promised = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("pieces", { keyPath: ["take", "start"] });
    request.result.createObjectStore("takes", { keyPath: "take" });
  };
  return promised(request);
}

let opening;
let trouble = "";
const listeners = new Set();

// Calls listener("full" | "closed") when something could not be kept, at once if that has happened already.
export function onStorageTrouble(listener) {
  listeners.add(listener);
  if (trouble) listener(trouble);
  return () => listeners.delete(listener);
}

async function within(stores, mode, work) {
  try {
    opening ??= open();
    const database = await opening;
    return await work(database.transaction(stores, mode));
  } catch (error) {
    const kind = error.name === "QuotaExceededError" ? "full" : "closed";
    if (trouble !== kind) console.warn("The browser's storage is not available; recordings stay in memory until they are sent.", error.name);
    trouble = kind;
    for (const listener of listeners) listener(kind);
    return undefined;
  }
}

// Writing counts when the transaction is complete: a full disk often says so only at the end.
const written = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
});

const range = (take) => IDBKeyRange.bound([take, 0], [take, Infinity]);

// start: the piece's first byte in the take; bytes are stored as a buffer, which every browser can store.
export async function keepPiece(take, start, blob) {
  const bytes = await blob.arrayBuffer();
  await within(["pieces"], "readwrite", (transaction) => {
    transaction.objectStore("pieces").put({ take, start, bytes });
    return written(transaction);
  });
}

// note: { mimeType, seconds, file? }, renewed as the take grows.
export const keepNote = (take, note) =>
  within(["takes"], "readwrite", (transaction) => {
    transaction.objectStore("takes").put({ take, at: Date.now(), ...note });
    return written(transaction);
  });

// { mimeType, seconds, pieces: [Blob] } in order, or null when nothing of this take is here.
export async function recall(take) {
  const found = await within(["pieces", "takes"], "readonly", async (transaction) => {
    const asked = [transaction.objectStore("takes").get(take), transaction.objectStore("pieces").getAll(range(take))];
    return Promise.all(asked.map(promised));
  });
  if (!found?.[0]) return null;
  const [note, rows] = found;
  const whole = [];
  let end = 0;
  for (const row of rows) {
    if (row.start !== end) break; // a hole: what comes after it cannot be sent as it is
    whole.push(new Blob([row.bytes], { type: note.mimeType }));
    end += row.bytes.byteLength;
  }
  return { ...note, pieces: note.file ? [note.file] : whole };
}

export const forget = (take) =>
  within(["pieces", "takes"], "readwrite", (transaction) => {
    transaction.objectStore("pieces").delete(range(take));
    transaction.objectStore("takes").delete(take);
    return written(transaction);
  });

// Lets go of takes of interviews that were left long ago.
export async function forgetOld(nowMs = Date.now()) {
  const notes = await within(["takes"], "readonly", (transaction) => promised(transaction.objectStore("takes").getAll()));
  for (const note of notes ?? []) if (nowMs - (note.at ?? 0) > KEPT_MS) await forget(note.take);
}
