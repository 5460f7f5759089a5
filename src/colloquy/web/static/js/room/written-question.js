// A question answered in writing: saved as it is written, sent when the candidate says so.

import { keepDraft, sendText } from "./api.js";

const PAUSE_MS = 900;
const AGAIN_MS = 4000;

export class WrittenQuestion {
  constructor(room, state) {
    Object.assign(this, { room, view: room.view, question: state.question, saved: state.question.draft ?? "" });
    this.field = this.view.parts.text;
    this.field.value = this.saved;
    if (this.question.max_characters) this.field.maxLength = this.question.max_characters;
    const leaving = () => { if (document.visibilityState === "hidden") this.save({ keepalive: true }); };
    document.addEventListener("visibilitychange", leaving);
    this.unbind = [
      this.view.on("text", "input", () => this.wrote()),
      this.view.on("send-text", "click", () => this.send()),
      () => document.removeEventListener("visibilitychange", leaving),
    ];
  }

  start() {
    this.view.show("text");
    this.field.dispatchEvent(new Event("input"));
    this.say("");
  }

  wrote() {
    clearTimeout(this.timer);
    if (this.field.value !== this.saved) this.timer = setTimeout(() => this.save(), PAUSE_MS);
  }

  say(text, state = "") {
    this.view.text("draft-state", text);
    this.view.parts["draft-state"].dataset.state = state;
  }

  async save(options) {
    clearTimeout(this.timer);
    const text = this.field.value;
    if (text === this.saved) return;
    try {
      await keepDraft(this.question.id, text, options);
      this.saved = text;
      if (this.field.value === text) this.say("Saved");
    } catch (error) {
      if (this.left) return;
      if (error.status !== 0 && error.status < 500 && error.status !== 429) return this.room.failed(error);
      this.say("Not saved yet. Trying again…", "failed");
      this.timer = setTimeout(() => this.save(), AGAIN_MS);
    }
    return undefined;
  }

  async send() {
    if (this.sending) return;
    if (!this.field.value.trim()) {
      this.view.notice("Write your answer first.");
      this.field.focus();
      return;
    }
    this.sending = true;
    this.view.parts["send-text"].setAttribute("aria-busy", "true");
    clearTimeout(this.timer);
    try {
      const { next } = await sendText(this.question.id, this.field.value, this.room.tab);
      this.saved = this.field.value;
      this.room.next(next);
    } catch (error) {
      this.room.failed(error);
    } finally {
      this.sending = false;
      this.view.parts["send-text"].removeAttribute("aria-busy");
    }
  }

  get unsaved() {
    return this.field.value !== this.saved;
  }

  leave() {
    if (this.left) return;
    this.left = true;
    clearTimeout(this.timer);
    for (const undo of this.unbind) undo();
  }
}
