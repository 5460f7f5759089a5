// Requests of scripts: same origin, with the CSRF token of the page, problem+json turned into one kind of error.

import { gettext } from "./i18n.js";

export class RequestFailed extends Error {
  // problem: the whole problem document, with members such as `fields` or `device`.
  constructor(status, code, text, problem = {}) {
    super(text);
    this.status = status;
    this.code = code;
    this.problem = problem;
  }
}

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

// Resolves to the decoded JSON (null when the answer is empty). Throws RequestFailed with status 0 when offline.
export async function send(method, url, body, { signal, keepalive = false } = {}) {
  // Refusals come in the language of the page, whatever the browser prefers.
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang, "X-CSRF-Token": csrfToken() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(url, {
      method, headers, signal, keepalive, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestFailed(0, "offline", gettext("The connection was lost."));
  }
  const text = await response.text();
  let content = null;
  try {
    content = text ? JSON.parse(text) : null;
  } catch {
    // A proxy's HTML page, for instance; the status below says enough.
  }
  if (!response.ok) {
    throw new RequestFailed(response.status, content?.code ?? "failed", content?.detail ?? content?.title ?? gettext("The server answered %(status)s.", { status: response.status }), content ?? {});
  }
  return content;
}
