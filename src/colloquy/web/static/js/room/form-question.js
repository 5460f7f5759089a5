// A choice, a number or a link: chosen or typed, kept as a draft, checked when it is sent.

import { locale } from "../i18n.js";
import { answer } from "./api.js";
import { Drafts } from "./drafts.js";
import { form as words } from "./words.js";

const CHOICES = { single_choice: "radio", multiple_choice: "checkbox" };

// "12,5" and "12.5" are the same number everywhere; NaN for anything else.
export function parsedNumber(text) {
  const bare = text.trim().replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(bare) ? Number(bare) : NaN;
}

export function parsedLink(text) {
  try {
    const address = new URL(text.trim());
    return ["https:", "http:"].includes(address.protocol) && address.hostname.includes(".") ? text.trim() : "";
  } catch {
    return "";
  }
}

// "From 1 to 10." in the candidate's way of writing numbers; empty without limits.
export function ruleOf({ lowest, highest, unit }) {
  const format = new Intl.NumberFormat(locale(), { maximumFractionDigits: 10 });
  const said = (number) => (unit ? `${format.format(number)} ${unit}` : format.format(number));
  if (lowest !== null && highest !== null) return words.between(format.format(lowest), said(highest));
  if (lowest !== null) return words.atLeast(said(lowest));
  return highest === null ? "" : words.atMost(said(highest));
}

export class FormQuestion {
  constructor(room, state) {
    Object.assign(this, { room, view: room.view, question: state.question, kind: state.question.kind });
    this.rule = { lowest: null, highest: null, unit: "", ...this.question.number_rule };
    this.#build(this.question.value ?? null);
    this.drafts = new Drafts(this.question.id, {
      read: () => (this.value === null ? null : { value: this.value }), saved: { value: this.value },
      say: (text) => this.view.text("form-state", text), failed: (error) => this.room.failed(error),
    });
    const changed = () => {
      this.#wrong("");
      this.drafts.changed();
    };
    this.unbind = [
      this.view.on("options", "change", changed),
      this.view.on("short", "input", changed),
      this.view.on("form", "submit", (event) => { event.preventDefault(); this.send(); }),
    ];
  }

  #build(value) {
    const { options, short, legend } = this.view.parts;
    this.view.only({ choices: this.kind in CHOICES, "short-field": !(this.kind in CHOICES) });
    this.view.text("form-state", "");
    if (this.kind in CHOICES) {
      legend.textContent = words[this.kind];
      options.replaceChildren(...this.question.options.map((option) => this.#option(option, value)));
      return;
    }
    const number = this.kind === "number";
    this.view.text("short-label", words[this.kind]);
    this.view.text("short-help", number ? ruleOf(this.rule) : words.linkHelp);
    this.view.text("short-unit", number ? this.rule.unit : "");
    this.view.only({ "short-help": Boolean(this.view.parts["short-help"].textContent), "short-unit": number && Boolean(this.rule.unit) });
    Object.assign(short, { type: number ? "text" : "url", inputMode: number ? "decimal" : "url", autocomplete: number ? "off" : "url", value: value ?? "" });
    short.parentElement.classList.toggle("input-short", number);
  }

  #option({ id, text }, value) {
    const label = document.createElement("label");
    label.className = "option";
    const checked = Array.isArray(value) ? value.includes(id) : value === id;
    const input = Object.assign(document.createElement("input"), { type: CHOICES[this.kind], name: "option", value: id, checked });
    const words = Object.assign(document.createElement("span"), { textContent: text });
    label.append(input, words);
    return label;
  }

  start() {
    this.#wrong("");
    this.view.show("form");
    this.room.ways?.();
  }

  // What was given, as the server takes it; null while it cannot be sent.
  get value() {
    const chosen = [...this.view.parts.options.querySelectorAll("input:checked")].map((input) => input.value);
    if (this.kind === "single_choice") return chosen[0] ?? null;
    if (this.kind === "multiple_choice") return chosen.length ? chosen : null;
    const typed = this.view.parts.short.value;
    if (this.kind === "link") return parsedLink(typed) || null;
    const number = parsedNumber(typed);
    return Number.isNaN(number) || this.#outside(number) ? null : number;
  }

  #outside(number) {
    const { lowest, highest } = this.rule;
    return (lowest !== null && number < lowest) || (highest !== null && number > highest);
  }

  // Why there is no value.
  #missing() {
    if (this.kind === "single_choice") return words.needOne;
    if (this.kind === "multiple_choice") return words.needSome;
    if (this.kind === "link") return words.needLink;
    return Number.isNaN(parsedNumber(this.view.parts.short.value)) ? words.needNumber : words.outside(ruleOf(this.rule));
  }

  get #field() {
    return this.kind in CHOICES ? this.view.parts.options.querySelector("input") : this.view.parts.short;
  }

  #wrong(text) {
    this.view.wrong(this.kind in CHOICES ? "options" : "short", this.kind in CHOICES ? null : this.view.parts.short, text);
  }

  async send() {
    if (this.busy) return;
    const { value } = this;
    if (value === null) {
      this.#wrong(this.#missing());
      this.#field.focus();
      return;
    }
    this.busy = true;
    this.view.parts["send-form"].setAttribute("aria-busy", "true");
    await this.drafts.hold();
    try {
      const { next } = await answer(this.question.id, this.room.tab, { value });
      this.sent = true;
      this.room.next(next);
    } catch (error) {
      const said = error.problem?.fields?.value;
      if (!said) this.room.failed(error);
      else {
        this.#wrong(said);
        this.#field.focus();
      }
    } finally {
      this.busy = false;
      if (!this.sent) this.drafts.release();
      this.view.parts["send-form"].removeAttribute("aria-busy");
    }
  }

  get unsaved() {
    return !this.sent && this.drafts.unsaved;
  }

  timeOver() {
    this.drafts.save();
  }

  leave() {
    if (this.left) return;
    this.left = true;
    this.drafts.leave();
    for (const undo of this.unbind) undo();
  }
}
