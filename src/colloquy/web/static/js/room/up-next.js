// What comes, in one line, before a question is seen: seeing it starts its clock.

import { inAll, kinds, optional, takesRule, toAnswer, toThink } from "./words.js";

const RECORDED = ["video", "audio"];

// "video · 30 s to think · 2 min to answer · 3 takes", as a list of its parts.
export function rulesOf({ kind, source, think_seconds: think, answer_seconds: answer, takes_allowed: takes, required = true }) {
  const parts = [kinds[kind === "video" && source === "screen" ? "screen" : kind]];
  if (RECORDED.includes(kind)) parts.push(...(think ? [toThink(think)] : []), toAnswer(answer), takesRule(takes));
  if (kind === "conversation" && answer) parts.push(inAll(answer));
  return required ? parts : [...parts, optional];
}

export function showRules(list, question) {
  list.replaceChildren(...rulesOf(question).map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}
