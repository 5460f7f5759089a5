// The room's requests, by the names of the contract.

import { send } from "../http.js";

const BASE = "/api/public";

export const getRoom = () => send("GET", `${BASE}/room`);
export const claimTab = (tab) => send("POST", `${BASE}/room/tab`, { tab });
export const openTake = (questionId, kind, mimeType, tab) =>
  send("POST", `${BASE}/room/takes`, { question_id: questionId, kind, mime_type: mimeType, tab });
export const finishTake = (takeId, seconds) =>
  send("POST", `${BASE}/room/takes/${takeId}/finish`, { duration_seconds: Math.round(seconds * 1000) / 1000 });
export const useTake = (questionId, takeId, tab) => send("POST", `${BASE}/room/answers`, { question_id: questionId, take_id: takeId, tab });
export const sendText = (questionId, text, tab) => send("POST", `${BASE}/room/answers`, { question_id: questionId, text, tab });
export const keepDraft = (questionId, text, options) => send("POST", `${BASE}/room/drafts`, { question_id: questionId, text }, options);
export const complete = (tab) => send("POST", `${BASE}/complete-interview`, { tab });

// Tries again while the connection is lost or the server busy, for calls that may be made twice.
export async function patiently(call, { waits = [500, 1000, 2000, 4000, 8000, 15000] } = {}) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (error.status !== 0 && error.status !== 429 && !(error.status >= 500)) throw error;
      await new Promise((resolve) => { setTimeout(resolve, waits[Math.min(attempt, waits.length - 1)]); });
    }
  }
}
