// What is not as it should be with picture or sound, one line under the picture; said aloud while recording.

import { warnings } from "./words.js";

// The first of them that holds is shown: what stops a recording comes before what spoils it.
const ORDER = ["paused", "silent", "black", "turned", "full", "slow"];

export class Warnings {
  constructor(view) {
    this.view = view;
    this.held = new Set();
  }

  set(kind, holds) {
    if (this.held.has(kind) === holds) return;
    if (holds) this.held.add(kind);
    else this.held.delete(kind);
    const first = ORDER.find((one) => this.held.has(one));
    this.view.text("warning-text", first ? warnings[first] : "");
    this.view.parts.warning.hidden = !first;
    this.view.parts.warning.dataset.kind = first ?? "";
    if (holds && first === kind && this.view.root.dataset.state === "recording") this.view.say(warnings[kind]);
  }

  clear() {
    for (const kind of [...this.held]) this.set(kind, false);
  }
}
