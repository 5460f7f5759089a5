// Adds "Show" to a password field. Without scripts there is no such button, as it could do nothing.

export default function passwordReveal(element) {
  const field = element.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet button-small";
  button.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-controls", field.id);
  button.textContent = element.dataset.show;
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.textContent = shown ? element.dataset.hide : element.dataset.show;
    button.setAttribute("aria-pressed", String(shown));
  });
  // A password is never sent from a field that the browser would remember as plain text.
  const hide = () => { field.type = "password"; };
  field.form?.addEventListener("submit", hide);
  element.append(button);
  return () => {
    field.form?.removeEventListener("submit", hide);
    button.remove();
  };
}
