// The field one writes in: grows with the text, keeps it through a reload, sends with Enter.

import { gettext } from "../i18n.js";

const TALLEST_PX = 220;
const COUNT_FROM = 0.8;

export class Composer {
  constructor(view, { key, most, onSend }) {
    this.view = view;
    this.key = key;
    this.most = most;
    this.input = view.parts.input;
    this.input.value = this.#kept();
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("keydown", (event) => {
      // While a word is being put together (Chinese, Japanese), Enter belongs to the keyboard.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.view.parts.composer.requestSubmit();
    });
    view.on("composer", "submit", (event) => {
      event.preventDefault();
      const text = this.input.value.trim();
      if (text && !this.busy) onSend(text, this.editing);
    });
    view.on("cancel-edit", "click", () => this.edit(null));
    this.changed();
  }

  // The message that is being changed, or null to write a new one.
  edit(element) {
    if (element && !this.editing) this.before = this.input.value;
    this.editing = element;
    this.view.parts.editing.hidden = !element;
    this.fill(element ? element.querySelector('[data-part="text"]').textContent : (this.before ?? ""));
    if (element) this.focus();
  }

  fill(text) {
    this.input.value = text;
    this.changed();
  }

  // What was written goes away because it was sent.
  sent() {
    this.editing = null;
    this.before = "";
    this.view.parts.editing.hidden = true;
    this.fill("");
  }

  // While the interviewer writes one may write too, but not send.
  wait(waiting) {
    this.busy = waiting;
    this.view.parts.send.hidden = waiting;
    this.view.parts.stop.hidden = !waiting;
    this.view.parts.record.disabled = waiting;
    this.changed();
  }

  changed() {
    const { input } = this;
    input.style.blockSize = "auto";
    input.style.blockSize = `${Math.min(TALLEST_PX, input.scrollHeight + 2)}px`;
    this.view.parts.send.disabled = !input.value.trim();
    const left = this.most - input.value.length;
    this.view.parts.count.hidden = input.value.length < this.most * COUNT_FROM;
    this.view.parts.count.textContent = gettext("%(left)s characters left", { left });
    if (!this.editing) this.#keep(input.value);
  }

  focus() {
    this.input.focus({ preventScroll: true });
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  #kept() {
    try {
      return sessionStorage.getItem(this.key) ?? "";
    } catch {
      return "";
    }
  }

  #keep(text) {
    try {
      if (text) sessionStorage.setItem(this.key, text);
      else sessionStorage.removeItem(this.key);
    } catch {
      // Storage is forbidden: the text lives as long as the page.
    }
  }
}
