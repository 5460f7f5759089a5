// What the room shows. The HTML holds every state; `data-for="think recording"` says in which an element is seen.

import { headings, presses } from "./words.js";

export class View {
  constructor(root) {
    this.root = root;
    this.parts = Object.fromEntries([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.parts.place = document.getElementById("place");
  }

  // Shows `state`, says its name and gives its heading the focus, so that Tab goes on from there.
  show(state, { kind = this.root.dataset.kind, focus = true } = {}) {
    this.shownAt = performance.now();
    this.root.dataset.state = state;
    this.root.dataset.kind = kind;
    for (const element of this.root.querySelectorAll("[data-for]")) element.hidden = !element.dataset.for.split(" ").includes(state);
    for (const element of this.root.querySelectorAll("[data-kinds]")) if (!element.dataset.kinds.split(" ").includes(kind)) element.hidden = true;
    if (headings[state]) this.parts.heading.textContent = headings[state];
    if (presses[state]) {
      this.parts.press.querySelector("[data-word]").textContent = presses[state];
      this.parts.press.disabled = state === "sending";
    }
    this.notice("");
    if (focus) this.#heading(state)?.focus({ preventScroll: true });
  }

  #heading(state) {
    return this.root.querySelector(`[data-heading~="${state}"]`);
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

  // Binds a press to a part; returns what unbinds it.
  on(part, event, act) {
    this.parts[part].addEventListener(event, act);
    return () => this.parts[part].removeEventListener(event, act);
  }
}
