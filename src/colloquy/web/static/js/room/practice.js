// A question to practise: the room's own recorder with a server that lives in this page. Nothing is sent and nothing
// is kept, unless the candidate saves a take as a file.

import { now } from "./clock.js";
import { RecordedQuestion } from "./recorded-question.js";
import { View } from "./view.js";

const THINK_SECONDS = 20;
const ANSWER_SECONDS = 60;
const TAKES = 3;

const iso = (milliseconds) => new Date(milliseconds).toISOString();

class Practice {
  constructor(root) {
    this.view = new View(root);
    this.tab = "practice";
    this.begin = () => this.start();
    document.addEventListener("practice:begin", this.begin);
    this.view.on("leave-practice", "click", () => this.end());
    if (root.dataset.wanted !== undefined) this.start();
  }

  start() {
    const { root } = this.view;
    delete root.dataset.wanted;
    root.hidden = false;
    this.number = 0;
    this.view.text("question", root.dataset.question);
    const question = {
      id: "practice", number: 1, of: 1, kind: root.dataset.kind, source: "camera", think_seconds: THINK_SECONDS, answer_seconds: ANSWER_SECONDS,
      takes_allowed: TAKES, takes_used: 0, think_until: iso(now() + THINK_SECONDS * 1000), server_now: iso(now()),
    };
    const server = {
      kept: false,
      openTake: async () => ({ take_id: "practice", number: (this.number += 1), upload_url: "", must_stop_at: null, server_now: iso(now()) }),
      use: async () => ({ next: null }),
    };
    this.question = new RecordedQuestion(this, { question, takes: [] }, { server });
    this.question.start();
    this.view.text("saved", "");
    root.scrollIntoView({ block: "start" });
  }

  // The take was "used": that was enough practice.
  next() {
    this.end();
  }

  failed(error) {
    this.view.notice(error.message);
  }

  end() {
    this.question?.leave();
    this.question = null;
    this.view.root.hidden = true;
    this.view.root.dataset.state = "away";
    document.dispatchEvent(new CustomEvent("practice:end"));
  }

  leave() {
    this.question?.leave();
    document.removeEventListener("practice:begin", this.begin);
  }
}

export default function practice(root) {
  const opened = new Practice(root);
  return () => opened.leave();
}
