// Time left as a thin line and figures, measured against the server's clock. No alarm: the line just grows short.

import { now } from "./clock.js";
import { clock, left } from "./words.js";

const SPOKEN = [30, 10];

export class Countdown {
  constructor({ line, figures, say }) {
    Object.assign(this, { line, figures, say });
  }

  // Runs to `until` (milliseconds of the server's clock) over `seconds` in all, then calls onEnd once.
  start({ until, seconds, onEnd = () => {} }) {
    this.stop();
    this.line.max = seconds;
    let before = Infinity;
    const tick = () => {
      const rest = Math.max(0, (until - now()) / 1000);
      this.line.value = rest;
      this.figures.textContent = clock(Math.ceil(rest));
      for (const mark of SPOKEN) if (before > mark && rest <= mark && seconds > mark) this.say(left(mark));
      before = rest;
      if (rest > 0) return;
      this.stop();
      onEnd();
    };
    this.timer = setInterval(tick, 200);
    tick();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
