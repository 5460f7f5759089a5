// The form for a comment: `c` opens it with the player's time, or with the words that are selected in the answer.

import { typing } from "./shortcuts.js";

const SCOPE = '[data-controller~="player-transcript"]';

// Minutes and seconds as the form takes them.
export function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// The words that are selected in this answer, and when the first of them was said.
export function selected(scope) {
  const selection = document.getSelection();
  const words = scope.querySelector(".transcript");
  if (!words || !selection || selection.isCollapsed || !words.contains(selection.anchorNode) || !words.contains(selection.focusNode)) return null;
  const first = selection.getRangeAt(0).startContainer;
  const said = (first instanceof Element ? first : first.parentElement)?.closest("[data-start]");
  return { text: selection.toString().replace(/\s+/g, " ").trim(), start: said ? Number(said.dataset.start) : null };
}

export default function commentHere(fold) {
  const scope = fold.closest(SCOPE);
  const form = fold.querySelector("form");
  const fill = () => {
    const player = scope.querySelector("video, audio");
    const words = selected(scope);
    if (words && form.elements.quote) form.elements.quote.value = words.text;
    const at = words?.start ?? player?.currentTime;
    if (form.elements.at && at !== undefined) form.elements.at.value = clock(at);
  };
  const onKey = (event) => {
    const chosen = document.getSelection()?.isCollapsed === false ? document.getSelection().anchorNode?.parentElement?.closest(SCOPE) : null;
    const mine = chosen ?? document.activeElement?.closest(SCOPE) ?? document.querySelector(SCOPE);
    if (event.key !== "c" || typing(event) || event.target.closest?.("dialog") || mine !== scope) return;
    event.preventDefault();
    scope.querySelector("video, audio")?.pause();
    fill();
    fold.open = true;
    form.elements.text.focus();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
