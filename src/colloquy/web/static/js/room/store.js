// What was recorded, kept in IndexedDB until its answer is in: a closed lid or a reload loses nothing. Where IndexedDB
// is forbidden (some private windows) everything still works from memory.

const NAME = "colloquy-room";

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
let warned = false;
async function within(stores, mode, work) {
  try {
    opening ??= open();
    const database = await opening;
    return await work(database.transaction(stores, mode));
  } catch (error) {
    if (!warned) console.warn("The browser's storage is not available; recordings stay in memory until they are sent.", error.name);
    warned = true;
    return undefined;
  }
}

const range = (take) => IDBKeyRange.bound([take, 0], [take, Infinity]);

// start: the piece's first byte in the take; bytes are stored as a buffer, which every browser can store.
export async function keepPiece(take, start, blob) {
  const bytes = await blob.arrayBuffer();
  await within(["pieces"], "readwrite", (transaction) => promised(transaction.objectStore("pieces").put({ take, start, bytes })));
}

// note: { mimeType, seconds }, renewed as the take grows.
export const keepNote = (take, note) =>
  within(["takes"], "readwrite", (transaction) => promised(transaction.objectStore("takes").put({ take, ...note })));

// { mimeType, seconds, pieces: [Blob] } in order, or null when nothing of this take is here.
export async function recall(take) {
  const found = await within(["pieces", "takes"], "readonly", async (transaction) => [
    await promised(transaction.objectStore("takes").get(take)), await promised(transaction.objectStore("pieces").getAll(range(take))),
  ]);
  if (!found?.[0]) return null;
  const [note, rows] = found;
  return { ...note, pieces: rows.map((row) => new Blob([row.bytes], { type: note.mimeType })) };
}

export const forget = (take) =>
  within(["pieces", "takes"], "readwrite", (transaction) =>
    Promise.all([promised(transaction.objectStore("pieces").delete(range(take))), promised(transaction.objectStore("takes").delete(take))]));
