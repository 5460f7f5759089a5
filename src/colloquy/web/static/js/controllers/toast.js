// A message that leaves by itself, unless it offers something to do, is pointed at or has the focus.

const SHOWN_MS = 6000;

export default function toast(element) {
  let timer;
  const start = () => {
    if (element.querySelector("form")) return;
    timer = setTimeout(() => element.remove(), SHOWN_MS);
  };
  const stop = () => clearTimeout(timer);
  element.querySelector('[data-part="close"]')?.addEventListener("click", () => element.remove());
  for (const event of ["pointerenter", "focusin"]) element.addEventListener(event, stop);
  for (const event of ["pointerleave", "focusout"]) element.addEventListener(event, start);
  start();
  return stop;
}
