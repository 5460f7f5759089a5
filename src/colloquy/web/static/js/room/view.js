// What the room shows. The HTML holds every state; `data-for="think recording"` says in which an element is seen.

import { headings, presses, troubles } from "./words.js";

export class View {
  constructor(root) {
    this.root = root;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    // The page's head, outside of the room.
    for (const name of ["place", "remaining"]) this.parts[name] = document.getElementById(name) ?? document.createElement("span");
  }

  // Shows `state`, says its name and gives its heading the focus, so that Tab goes on from there.
  show(state, { kind = this.root.dataset.kind, focus = true } = {}) {
    this.shownAt = performance.now();
    this.root.dataset.state = state;
    this.root.dataset.kind = kind ?? "";
    for (const element of this.root.querySelectorAll("[data-for]")) element.hidden = !element.dataset.for.split(" ").includes(state);
    for (const element of this.root.querySelectorAll("[data-kinds]")) if (!element.dataset.kinds.split(" ").includes(kind)) element.hidden = true;
    if (headings[state]) this.text("heading", headings[state]);
    if (presses[state]) {
      this.press(presses[state]);
      this.parts.press.disabled = state === "sending";
    }
    this.notice("");
    if (focus) this.#heading(state)?.focus({ preventScroll: true });
  }

  #heading(state) {
    return this.root.querySelector(`[data-heading~="${state}"]`);
  }

  // The word on the round button.
  press(word) {
    this.parts.press.querySelector("[data-word]").textContent = word;
  }

  // A polite announcement for those who do not see the screen.
  say(text) {
    this.parts.spoken.textContent = "";
    setTimeout(() => { this.parts.spoken.textContent = text; }, 50);
  }

  // Something to put right, under the button; an empty text takes it away.
  notice(text) {
    this.parts.notice.textContent = text;
    this.parts.notice.hidden = !text;
  }

  text(part, text) {
    if (this.parts[part].textContent !== text) this.parts[part].textContent = text;
  }

  // Shows or hides parts within a state: `only({ skip: true, again: false })`.
  only(wanted) {
    for (const [part, shown] of Object.entries(wanted)) this.parts[part].hidden = !shown;
  }

  // An error under a field, and on the field (null for a group); an empty text takes it away.
  wrong(part, field, text) {
    this.text(`${part}-error-text`, text);
    this.parts[`${part}-error`].hidden = !text;
    if (text) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }

  // Devices that do not open: what is wrong and what helps.
  trouble(trouble) {
    this.text("trouble-title", trouble.title ?? troubles.NotReadableError.title);
    this.text("trouble-text", trouble.message);
    this.text("trouble-help", trouble.help ?? "");
    this.show("trouble");
    if (this.parts["show-anyway"]) this.parts["show-anyway"].hidden = true;
  }

  // Binds a press to a part; returns what unbinds it.
  on(part, event, act) {
    this.parts[part].addEventListener(event, act);
    return () => this.parts[part].removeEventListener(event, act);
  }
}
