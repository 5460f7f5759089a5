// The conversation's requests, by the names of the contract.

import { csrfToken, RequestFailed, send } from "../http.js";
import { gettext } from "../i18n.js";
import { eventsOf } from "./events.js";

const BASE = "/api/interview";

export const newId = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
  (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

export const claimTab = (tab) => send("POST", "/api/public/room/tab", { tab });
export const history = (id, after = 0) => send("GET", `${BASE}/${id}/history?after=${after}`);
export const stop = (id, tab) => send("POST", `${BASE}/chat/stop`, { conversation_id: id, tab });
export const end = (id, tab) => send("POST", `${BASE}/chat/end`, { conversation_id: id, tab });
export const edit = (messageId, clientId, text, tab) => send("PATCH", `${BASE}/messages/${messageId}`, { client_message_id: clientId, text, tab });
export const eventsAddress = (id) => `${BASE}/${id}/events`;

// Yields {name, id, data} as they come. Throws RequestFailed; status 0 means that the connection broke.
export async function* stream(body, lastEventId, signal) {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream", "Accept-Language": document.documentElement.lang, "X-CSRF-Token": csrfToken() };
  if (lastEventId) headers["Last-Event-ID"] = lastEventId;
  const response = await reaching(fetch(`${BASE}/chat/stream`, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin", signal }));
  if (!response.ok) throw await refusal(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    yield* eventsOf(async () => {
      const { value, done } = await reaching(reader.read());
      return done ? null : value;
    });
  } finally {
    reader.cancel().catch(() => {});
  }
}

// Sends a recording; the same clientId again is the same message.
export async function sendVoice(id, clientId, blob, tab) {
  const form = new FormData();
  form.append("conversation_id", id);
  form.append("client_message_id", clientId);
  form.append("tab", tab);
  form.append("file", blob, "voice");
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang, "X-CSRF-Token": csrfToken() };
  const response = await reaching(fetch(`${BASE}/upload-voice`, { method: "POST", headers, body: form, credentials: "same-origin" }));
  if (!response.ok) throw await refusal(response);
  return reaching(response.json());
}

async function reaching(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestFailed(0, "offline", gettext("The connection was lost."));
  }
}

async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  return new RequestFailed(response.status, problem.code ?? "failed", problem.detail ?? gettext("The server answered %(status)s.", { status: response.status }), problem);
}
