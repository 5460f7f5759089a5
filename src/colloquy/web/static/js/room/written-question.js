// A question answered in writing: saved as it is written, sent when the candidate says so. Recorded questions come
// here as well where writing instead was granted.

import { answer } from "./api.js";
import { Drafts } from "./drafts.js";
import { form } from "./words.js";

export class WrittenQuestion {
  constructor(room, state) {
    Object.assign(this, { room, view: room.view, question: state.question });
    this.field = this.view.parts.text;
    this.field.value = this.question.draft ?? "";
    if (this.question.max_characters) this.field.maxLength = this.question.max_characters;
    this.drafts = new Drafts(this.question.id, {
      read: () => ({ text: this.field.value }), saved: { text: this.field.value },
      say: (text, how) => this.say(text, how), failed: (error) => this.room.failed(error),
    });
    this.unbind = [
      this.view.on("text", "input", () => this.wrote()),
      this.view.on("send-text", "click", () => this.send()),
    ];
  }

  start() {
    this.view.show("text");
    this.room.ways?.();
    this.field.dispatchEvent(new Event("input"));
    this.view.wrong("text", this.field, "");
    this.say("");
  }

  wrote() {
    this.drafts.changed();
    if (this.field.value.trim()) this.view.wrong("text", this.field, "");
  }

  say(text, state = "") {
    this.view.text("draft-state", text);
    this.view.parts["draft-state"].dataset.state = state;
  }

  async send() {
    if (this.busy) return;
    if (!this.field.value.trim()) {
      this.view.wrong("text", this.field, form.needText);
      this.field.focus();
      return;
    }
    this.busy = true;
    this.view.parts["send-text"].setAttribute("aria-busy", "true");
    await this.drafts.hold();
    try {
      const { next } = await answer(this.question.id, this.room.tab, { text: this.field.value });
      this.drafts.leave();
      this.sent = true;
      this.room.next(next);
    } catch (error) {
      this.room.failed(error);
    } finally {
      this.busy = false;
      if (!this.sent) this.drafts.release();
      this.view.parts["send-text"].removeAttribute("aria-busy");
    }
  }

  get unsaved() {
    return !this.sent && this.drafts.unsaved;
  }

  // The time for the whole interview is over: the words written last are kept, and handed in as they are.
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
