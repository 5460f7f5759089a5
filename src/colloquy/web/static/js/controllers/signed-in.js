// Takes a page off the screen whose sign-in has ended: it asks when somebody comes back to the page, and needs nobody to
// tell it when nobody was here for as long as a sign-in may be unused.

import { send } from "../http.js";

const AGAIN_MS = 60_000;
const LONGEST_MS = 2_000_000_000; // browsers count a timer's milliseconds in 32 bits

export default function signedIn(element) {
  const unusedMs = Math.min(Number(element.dataset.unusedSeconds) * 1000, LONGEST_MS);
  let timer;
  let usedAt = 0;
  let askedAt = Date.now();
  // Whoever is signed in after all (they used another tab) is led back here.
  const leave = () => {
    document.body.replaceChildren();
    location.replace(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  };
  const used = () => {
    usedAt = Date.now();
    clearTimeout(timer);
    timer = setTimeout(leave, unusedMs);
  };
  const look = async () => {
    if (document.visibilityState !== "visible") return;
    if (Date.now() - usedAt >= unusedMs) leave();
    if (Date.now() - askedAt < AGAIN_MS) return;
    askedAt = Date.now();
    try {
      await send("GET", "/api/me");
    } catch (error) {
      if (error.status === 401) leave();
    }
  };
  // A page that the browser kept whole and shows again may be from before a sign-out.
  const shown = (event) => {
    if (!event.persisted) return;
    askedAt = 0;
    look();
  };
  used();
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, used);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", shown);
  return () => {
    clearTimeout(timer);
    for (const name of ["pointerdown", "keydown"]) document.removeEventListener(name, used);
    document.removeEventListener("visibilitychange", look);
    window.removeEventListener("pageshow", shown);
  };
}
