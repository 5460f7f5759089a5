// How far the conversation is: topics and time, said calmly.

import { gettext, ngettext } from "../i18n.js";

const CALM_MS = 15_000;
const LAST_SECONDS = 120;

export class Standing {
  constructor(view, { onOver }) {
    this.view = view;
    this.onOver = onOver;
  }

  take(conversation) {
    this.conversation = conversation;
    this.endsAt = performance.now() + conversation.seconds_left * 1000;
    const { topics_done: done, topics_total: total } = conversation;
    this.view.parts.topics.textContent = gettext("%(done)s of %(total)s topics", { done, total });
    this.view.parts["topics-line"].value = done;
    this.tick();
  }

  tick() {
    clearTimeout(this.timer);
    const { time } = this.view.parts;
    if (this.conversation.state !== "open") {
      time.textContent = "";
      return;
    }
    const left = Math.max(0, Math.round((this.endsAt - performance.now()) / 1000));
    time.textContent = left > LAST_SECONDS
      ? ngettext("About %(num)s minute left", "About %(num)s minutes left", Math.round(left / 60))
      : gettext("%(time)s left", { time: `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` });
    if (left === 0) this.onOver();
    this.timer = setTimeout(() => this.tick(), left === 0 ? CALM_MS : left > LAST_SECONDS ? CALM_MS : 1000);
  }

  leave() {
    clearTimeout(this.timer);
  }
}
