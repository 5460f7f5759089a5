// One answer under review: the spoken word is marked, a word or quote plays from its place, keys steer.

import { typing } from "./shortcuts.js";

// The last word that has begun at `time`, or -1. Words are in order, so half of them is discarded at each look.
export function wordAt(starts, time) {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export default function playerTranscript(scope) {
  const player = scope.querySelector("video, audio");
  const panel = scope.querySelector(".transcript");
  const words = [...scope.querySelectorAll("[data-start]")];
  const starts = words.map((word) => Number(word.dataset.start));
  let current = null;

  const mark = () => {
    const index = wordAt(starts, player.currentTime + 0.05);
    const word = index >= 0 && player.currentTime <= Number(words[index].dataset.end) + 0.4 ? words[index] : null;
    if (word === current) return;
    current?.classList.remove("now");
    word?.classList.add("now");
    current = word;
    if (word && panel && !player.paused) {
      const above = word.offsetTop - panel.offsetTop;
      if (above < panel.scrollTop || above > panel.scrollTop + panel.clientHeight - 48) panel.scrollTop = above - panel.clientHeight / 3;
    }
  };
  const seek = (seconds) => {
    player.currentTime = Math.max(0, seconds);
    player.play().catch(() => {}); // A browser may want a press on the player first; the place is found all the same.
  };
  scope.addEventListener("click", (event) => {
    const target = event.target.closest("[data-seek], [data-start]");
    if (!target || !player) return;
    seek(Number(target.dataset.seek ?? target.dataset.start));
    // After a press of the mouse the space bar should stop the player, not press the quote once more.
    if (event.detail > 0) target.blur();
  });
  const actions = {
    " ": () => (player.paused ? player.play() : player.pause()),
    ArrowLeft: () => { player.currentTime = Math.max(0, player.currentTime - 5); },
    ArrowRight: () => { player.currentTime += 5; },
    n: () => scope.dataset.next && location.assign(scope.dataset.next),
    p: () => scope.dataset.previous && location.assign(scope.dataset.previous),
  };
  const onKey = (event) => {
    // Controls keep their own keys; a page with several answers steers the one that has the focus, or the first.
    const own = event.target.closest?.('button, a, summary, audio, video, dialog, input[type="radio"]');
    const mine = document.activeElement?.closest('[data-controller~="player-transcript"]') ?? document.querySelector('[data-controller~="player-transcript"]');
    if (typing(event) || mine !== scope || (own && !/^[np1-5]$/.test(event.key))) return;
    if (/^[1-5]$/.test(event.key)) {
      const scales = [...scope.querySelectorAll(".levels")];
      const scale = document.activeElement?.closest(".levels") ?? scales.find((one) => !one.querySelector(":checked")) ?? scales[0];
      scale?.querySelector(`input[value="${event.key}"]`)?.click();
    } else if (player && actions[event.key]) {
      event.preventDefault();
      actions[event.key]();
    }
  };
  for (const event of ["timeupdate", "seeked", "play"]) player?.addEventListener(event, mark);
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
