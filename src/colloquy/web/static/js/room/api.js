// The room's requests, by the names of the contract.

import { send } from "../http.js";

const BASE = "/api/public";

export const getRoom = () => send("GET", `${BASE}/room`);
export const claimTab = (tab) => send("POST", `${BASE}/room/tab`, { tab });
export const openQuestion = (questionId, tab) => send("POST", `${BASE}/room/open`, { question_id: questionId, tab });
// take: { kind, mime_type, request_id, source, file_name?, length? }. The same request_id is the same take.
export const openTake = (questionId, tab, take) => send("POST", `${BASE}/room/takes`, { question_id: questionId, tab, ...take });
export const finishTake = (takeId, seconds) =>
  send("POST", `${BASE}/room/takes/${takeId}/finish`, { duration_seconds: Math.round(seconds * 1000) / 1000 });
export const bringCaptions = (takeId, text, format) => send("POST", `${BASE}/room/takes/${takeId}/captions`, { text, format });
// answer: one of { take_id }, { text }, { value }.
export const answer = (questionId, tab, given) => send("POST", `${BASE}/room/answers`, { question_id: questionId, tab, ...given });
export const skip = (questionId, tab) => send("POST", `${BASE}/room/skip`, { question_id: questionId, tab });
// draft: { text } or { value }.
export const keepDraft = (questionId, draft, options) => send("POST", `${BASE}/room/drafts`, { question_id: questionId, ...draft }, options);
export const complete = (tab) => send("POST", `${BASE}/complete-interview`, { tab });

const WAITS_MS = [500, 1000, 2000, 4000, 8000, 15000];

// Tries again while the connection is lost or the server busy, for calls that may be made twice.
export async function patiently(call, { waits = WAITS_MS, tries = Infinity } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const passing = error.status === 0 || error.status === 429 || error.status >= 500;
      if (!passing || attempt >= tries) throw error;
      await new Promise((resolve) => { setTimeout(resolve, waits[Math.min(attempt, waits.length) - 1]); });
    }
  }
}

// 128 random bits as a UUID of version 4; crypto.randomUUID is missing in Safari 15.3 and Chrome 91.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
