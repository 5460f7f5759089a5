// What was typed or chosen so far, kept on the server shortly after each change and once more when the page is left.

import { keepDraft } from "./api.js";
import { draft as words } from "./words.js";

const PAUSE_MS = 900;
const AGAIN_MS = 4000;

export class Drafts {
  // read(): what to keep, { text } or { value }, or null while there is nothing that can be kept; say(text, state).
  constructor(questionId, { read, say, failed, saved }) {
    Object.assign(this, { questionId, read, say, failed, saved: JSON.stringify(saved) });
    this.leaving = () => { if (document.visibilityState === "hidden") this.save({ keepalive: true }); };
    document.addEventListener("visibilitychange", this.leaving);
  }

  changed() {
    clearTimeout(this.timer);
    if (this.unsaved) this.timer = setTimeout(() => this.save(), PAUSE_MS);
  }

  get unsaved() {
    const given = this.read();
    return given !== null && JSON.stringify(given) !== this.saved;
  }

  async save(options) {
    clearTimeout(this.timer);
    if (!this.unsaved || this.left || this.held) return;
    const given = this.read();
    try {
      this.saving = keepDraft(this.questionId, given, options);
      await this.saving;
      this.saved = JSON.stringify(given);
      if (!this.left && !this.unsaved) this.say(words.saved);
    } catch (error) {
      if (this.left) return;
      if (error.status !== 0 && error.status < 500 && error.status !== 429) {
        this.failed(error);
        return;
      }
      this.say(words.failed, "failed");
      this.timer = setTimeout(() => this.save(), AGAIN_MS);
    }
  }

  // Before the answer is sent: nothing is kept from here on, and what is on its way arrives first.
  async hold() {
    this.held = true;
    clearTimeout(this.timer);
    await this.saving?.catch(() => {});
  }

  // The answer was not taken: what is changed now is kept again.
  release() {
    this.held = false;
    this.changed();
  }

  leave() {
    this.left = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.leaving);
  }
}
