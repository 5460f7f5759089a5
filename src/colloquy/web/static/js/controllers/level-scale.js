// Shows what the chosen level sounds like (its anchor) under the scale, and that of a level pointed at meanwhile.

export default function levelScale(element) {
  const anchor = element.querySelector('[data-part="anchor"]');
  const chosen = () => element.querySelector("input:checked")?.dataset.anchor ?? "";
  const show = (text) => { anchor.textContent = text; };
  element.addEventListener("change", () => show(chosen()));
  element.addEventListener("pointerover", (event) => {
    const label = event.target.closest("label");
    if (label) show(label.querySelector("input").dataset.anchor ?? "");
  });
  element.addEventListener("pointerleave", () => show(chosen()));
}
