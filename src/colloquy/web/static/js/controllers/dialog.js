// A button that opens the <dialog> named in data-dialog. The browser keeps the focus inside, closes on Escape and
// gives the focus back; a press on the backdrop closes as well.

export default function dialog(button) {
  const target = document.getElementById(button.dataset.dialog);
  if (!target) throw new Error(`There is no dialog with the id ${button.dataset.dialog}.`);
  button.addEventListener("click", () => {
    button.closest("details.menu")?.removeAttribute("open");
    target.showModal();
  });
  const leave = (event) => { if (event.target === target) target.close(); };
  target.addEventListener("click", leave);
  return () => target.removeEventListener("click", leave);
}
