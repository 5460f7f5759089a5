// The recording room: one question after another. The newest tab has the room; older ones say so and stop.

import { claimTab, complete, getRoom } from "./api.js";
import { RecordedQuestion } from "./recorded-question.js";
import { View } from "./view.js";
import { failures, questionOf } from "./words.js";
import { WrittenQuestion } from "./written-question.js";

// New for each load of the page: a duplicated tab copies sessionStorage and would pass for its original.
const newTab = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

class Room {
  constructor(root) {
    this.view = new View(root);
    this.tab = newTab();
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("colloquy-room") : null;
    this.channel?.addEventListener("message", (event) => { if (event.data !== this.tab) this.elsewhere(); });
    this.warn = (event) => { if (this.question?.unsaved) event.preventDefault(); };
    window.addEventListener("beforeunload", this.warn);
    this.view.on("continue-here", "click", () => this.enter());
    this.view.on("finish", "click", () => this.finish());
    this.view.on("reload", "click", () => this.enter());
  }

  // Claims the room for this tab and shows where the candidate is.
  async enter(state) {
    try {
      await claimTab(this.tab);
      this.channel?.postMessage(this.tab);
      this.next(state ?? (await getRoom()));
    } catch (error) {
      this.view.text("unreachable-text", error.status === 0 ? failures.offline : error.message);
      this.view.show("unreachable");
    }
  }

  // Goes to the question in `state`, or to the end when there is none left.
  next(state) {
    this.question?.leave();
    this.question = null;
    const { question, saved } = state;
    this.view.parts.steps.max = saved.answers_total;
    this.view.parts.steps.value = saved.answers_done;
    if (!question) {
      this.view.text("place", `${saved.answers_done} of ${saved.answers_total}`);
      this.view.show("complete");
      return;
    }
    this.view.text("place", `${question.number} of ${question.of}`);
    this.view.text("question", question.text);
    this.view.root.dataset.kind = question.kind;
    this.view.say(`${questionOf(question.number, question.of)}. ${question.text}`);
    this.question = question.kind === "text" ? new WrittenQuestion(this, state) : new RecordedQuestion(this, state);
    this.question.start();
  }

  // A request was refused: another tab has the room, the question is over, or something to say under the button.
  failed(error) {
    if (error.code === "opened_elsewhere") return this.elsewhere();
    if (error.code === "take_unusable") return this.enter().then(() => this.view.notice(error.message));
    if (error.code === "question_closed") return this.enter().then(() => this.view.notice(failures.question_closed));
    const text = failures[error.code] ?? (error.status === 0 ? failures.offline : error.status === 429 || error.status >= 500 ? failures.slow : error.message);
    this.view.notice(text);
    return undefined;
  }

  elsewhere() {
    if (this.view.root.dataset.state === "elsewhere") return;
    this.question?.leave();
    this.view.show("elsewhere");
  }

  async finish() {
    if (this.finishing) return;
    this.finishing = true;
    try {
      const { redirect } = await complete(this.tab);
      location.assign(redirect);
    } catch (error) {
      this.finishing = false;
      this.failed(error);
    }
  }

  leave() {
    this.question?.leave();
    this.channel?.close();
    window.removeEventListener("beforeunload", this.warn);
  }
}

export default function room(root) {
  const opened = new Room(root);
  opened.enter(JSON.parse(document.getElementById("room").textContent));
  return () => opened.leave();
}
