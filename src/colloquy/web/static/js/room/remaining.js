// How much of the whole interview's time is left: said calmly in minutes, with a word at ten, five and one.

import { now } from "./clock.js";
import { remainingIn, remainingSoon } from "./words.js";

const MARKS = [600, 300, 60];

export class Remaining {
  // element: where it is written; warn(text) at each mark; onEnd once, when nothing is left.
  constructor(element, { warn, onEnd }) {
    Object.assign(this, { element, warn, onEnd });
  }

  // endsAt: an ISO moment, or null for an interview without a limit.
  set(endsAt) {
    const until = Date.parse(endsAt ?? "");
    if (until === this.until || (Number.isNaN(until) && this.until === undefined)) return;
    this.stop();
    this.element.hidden = Number.isNaN(until);
    if (this.element.hidden) return;
    this.until = until;
    // What is over already is no news: a page that is opened with eight minutes left says nothing about ten.
    this.before = this.seconds;
    this.timer = setInterval(() => this.#tick(), 500);
    this.#tick();
  }

  get seconds() {
    return Math.max(0, (this.until - now()) / 1000);
  }

  #tick() {
    const rest = this.seconds;
    this.element.textContent = remainingIn(rest);
    this.element.dataset.soon = rest <= 60;
    const mark = MARKS.filter((one) => this.before > one && rest <= one).pop();
    this.before = rest;
    if (mark) this.warn(remainingSoon(mark / 60));
    if (rest > 0) return;
    this.stop();
    this.onEnd();
  }

  stop() {
    clearInterval(this.timer);
    this.until = undefined;
  }
}
