// A <details> menu that closes on Escape, on a press elsewhere and when the focus leaves; arrows walk its items.
// A list that would leave the window at the left is turned to the other side.

export default function menu(element) {
  const summary = element.querySelector("summary");
  const items = () => [...element.querySelectorAll(".menu-list a, .menu-list button")];
  const close = () => element.removeAttribute("open");
  const outside = (event) => { if (!element.contains(event.target)) close(); };
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && element.open) {
      event.stopPropagation();
      close();
      summary.focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    element.open = true;
    const all = items();
    const step = event.key === "ArrowDown" ? 1 : -1;
    const here = all.indexOf(document.activeElement);
    all[here === -1 ? (step === 1 ? 0 : all.length - 1) : (here + step + all.length) % all.length]?.focus();
  });
  element.addEventListener("toggle", () => {
    element.removeAttribute("data-turned");
    if (element.open && element.querySelector(".menu-list").getBoundingClientRect().left < 0) element.setAttribute("data-turned", "");
  });
  element.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !element.contains(event.relatedTarget)) close();
  });
  document.addEventListener("pointerdown", outside);
  return () => document.removeEventListener("pointerdown", outside);
}
