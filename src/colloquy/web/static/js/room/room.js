// The candidate's room: one question after another, or the ones chosen. The newest tab, or device, has the room; the
// others say so and stop.

import { locale } from "../i18n.js";
import { claimTab, complete, getRoom, openQuestion, patiently, skip } from "./api.js";
import { arrivedAt, sync } from "./clock.js";
import { close, openDevices } from "./devices.js";
import { FileQuestion } from "./file-question.js";
import { FormQuestion } from "./form-question.js";
import { showOverview } from "./overview.js";
import { RecordedQuestion } from "./recorded-question.js";
import { Remaining } from "./remaining.js";
import { forgetOld } from "./store.js";
import { onUnderWay, underWay } from "./takes.js";
import { showRules } from "./up-next.js";
import { View } from "./view.js";
import * as words from "./words.js";
import { WrittenQuestion } from "./written-question.js";

const LOOK_MS = 20_000;
const HANDED_IN_LOOK_MS = 2000;
const QUESTIONS = {
  video: RecordedQuestion, audio: RecordedQuestion, text: WrittenQuestion, file: FileQuestion,
  single_choice: FormQuestion, multiple_choice: FormQuestion, number: FormQuestion, link: FormQuestion,
};
const OVER = ["completed", "scored", "needs_human"];

// New for each load of the page: a duplicated tab copies sessionStorage and would pass for its original.
const newTab = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const clockTime = (moment) => new Intl.DateTimeFormat(locale(), { timeStyle: "short" }).format(new Date(moment));

class Room {
  constructor(root) {
    this.view = new View(root);
    this.home = location.pathname.replace(/\/room$/, "");
    this.tab = newTab();
    this.remaining = new Remaining(this.view.parts.remaining, {
      warn: (text) => { this.view.say(text); this.view.notice(text); }, onEnd: () => this.timeOver(),
    });
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("colloquy-room") : null;
    this.channel?.addEventListener("message", (event) => { if (event.data !== this.tab) this.elsewhere(); });
    this.warn = (event) => {
      if (!this.question?.unsaved && underWay().total === underWay().done) return;
      event.preventDefault();
      event.returnValue = ""; // browsers of before 2023 ask only then
    };
    window.addEventListener("beforeunload", this.warn);
    this.shown = (event) => { if (event.persisted) this.enter(); };
    window.addEventListener("pageshow", this.shown);
    this.undo = [onUnderWay(() => this.leftHere())];
    this.timer = setInterval(() => this.look(), LOOK_MS);
    for (const [part, act] of Object.entries({
      "continue-here": () => this.enter(), reload: () => this.enter(), finish: () => this.finish(), "show-question": () => this.showNext(),
      retry: () => { if (!this.question) this.showNext(this.asked); }, "show-anyway": () => this.showNext({ ...this.asked, anyway: true }),
      "leave-out": () => this.leaveOut(), "all-questions": () => this.list(), "look-over": () => this.complete(), "in-writing": () => this.answerBy(WrittenQuestion),
      "by-upload": () => this.answerBy(FileQuestion), "by-recording": () => this.answerBy(RecordedQuestion), "to-list": () => this.list(),
    })) this.view.on(part, "click", act);
    forgetOld();
  }

  // Claims the room for this tab and shows where the candidate is.
  async enter(state) {
    try {
      await patiently(() => claimTab(this.tab), { tries: 3 });
      this.channel?.postMessage(this.tab);
      this.next(state ?? (await getRoom()), state ? arrivedAt() : undefined);
    } catch (error) {
      this.refused(error);
    }
  }

  refused(error) {
    if (["session_over", "session_ended", "expired", "withdrawn"].includes(error.code)) return location.assign(this.home);
    this.view.text("unreachable-text", error.status === 0 ? words.failures.offline : error.message);
    return this.view.show("unreachable");
  }

  // Goes to what `state` says: a question, the next one's card, the list, or the end. at: when the state arrived.
  next(state, at) {
    this.question?.leave();
    this.question = null;
    this.state = state;
    const { question, saved, session } = state;
    sync(session.server_now, at);
    this.endsAt = session.must_end_at;
    this.view.parts.steps.max = Math.max(1, saved.answers_total);
    this.view.parts.steps.value = saved.answers_done;
    if (session.state === "expired" || session.state === "withdrawn") return location.assign(this.home);
    if (OVER.includes(session.state)) return this.over();
    this.remaining.set(session.must_end_at);
    if (question) return this.open(state, { at });
    if (state.up_next) return this.upNext(state.up_next);
    this.view.text("place", words.place(saved.answers_done, saved.answers_total));
    return this.openLines.length ? this.list() : this.complete();
  }

  // Lines that may still be answered.
  get openLines() {
    return this.state.order === "free" ? this.state.questions.filter((line) => ["waiting", "open"].includes(line.state)) : [];
  }

  open(state, { Kind = null, stream = null, at } = {}) {
    const { question } = state;
    if (question.kind === "conversation") return location.assign(`${this.home}/chat`);
    this.view.text("place", words.place(question.number, question.of));
    this.view.text("question", question.text);
    Object.assign(this.view.root.dataset, { kind: question.kind, source: question.source ?? "camera" });
    if (!Kind) this.view.say(`${words.questionOf(question.number, question.of)}. ${question.text}`);
    const begun = state.takes.some((take) => take.source === "upload" && take.upload_url) && question.kind !== "file";
    const Chosen = Kind ?? (begun && question.upload_allowed ? FileQuestion : QUESTIONS[question.kind]);
    this.question = new Chosen(this, { ...state, arrivedAt: at }, { stream });
    return this.question.start();
  }

  // The other ways to answer, and leaving out, as far as this question has them. Called when the state changes.
  ways() {
    const { question, order } = this.state;
    if (!question) return;
    const { state } = this.view.root.dataset;
    const recorded = ["video", "audio"].includes(question.kind);
    const may = !["recording", "sending"].includes(state) && !this.question?.unsaved;
    this.view.only({
      "in-writing": may && recorded && question.text_allowed && state !== "text",
      "by-upload": may && recorded && question.upload_allowed && state !== "file" && question.takes_used < question.takes_allowed,
      "by-recording": may && recorded && ["text", "file"].includes(state),
      "leave-out-open": may && question.required === false,
      "all-questions": may && order === "free",
    });
  }

  async answerBy(Kind) {
    if (this.question?.busy) return;
    try {
      const state = await getRoom();
      if (!state.question || state.question.id !== this.state.question.id) return this.next(state);
      this.question?.leave();
      this.state = state;
      this.open(state, { Kind });
    } catch (error) {
      this.failed(error);
    }
    return undefined;
  }

  upNext(next) {
    this.view.root.dataset.kind = next.kind;
    this.view.text("place", words.place(next.number, next.of));
    this.view.text("next-title", words.questionOf(next.number, next.of));
    showRules(this.view.parts["next-rules"], next);
    const talk = next.kind === "conversation";
    this.view.only({ "next-timed": !talk, "next-talk": talk, "next-screen": next.source === "screen" && next.kind === "video" });
    this.view.parts["show-question"].querySelector("span").textContent = this.view.parts["show-question"].dataset[talk ? "talk" : "question"];
    this.view.show("next", { kind: next.kind });
  }

  // Asks for the devices first: a permission prompt must not use up the time to think.
  async showNext({ rules = this.state.up_next, anyway = false } = {}) {
    if (this.opening || !rules) return;
    this.opening = true;
    this.asked = { rules };
    let stream = null;
    try {
      if (["video", "audio"].includes(rules.kind) && !anyway) stream = await openDevices({ video: rules.kind === "video" && rules.source !== "screen" });
      const state = await patiently(() => openQuestion(rules.id, this.tab), { tries: 3 });
      this.state = state;
      sync(state.session.server_now);
      if (state.question) {
        this.view.parts.steps.value = state.saved.answers_done;
        this.remaining.set(state.session.must_end_at);
        this.endsAt = state.session.must_end_at;
        this.open(state, { stream });
      } else this.next(state);
    } catch (error) {
      close(stream);
      if (error.help === undefined) this.failed(error);
      else this.trouble(error);
    } finally {
      this.opening = false;
    }
  }

  // The devices do not open, and no question is running yet. It may be one that can be answered without them.
  trouble(trouble) {
    this.view.trouble(trouble);
    this.view.text("question", "");
    this.view.only({ "show-anyway": true });
  }

  // The free order: everything that may still be answered.
  async list() {
    if (this.question?.busy) return;
    if (this.question) {
      this.question.timeOver?.();
      this.question.leave();
      this.question = null;
      const fresh = await getRoom().catch(() => null);
      if (fresh) this.state = fresh;
    }
    const choose = (id) => this.showNext({ rules: this.state.questions.find((line) => line.id === id) });
    showOverview(this.view.parts.overview, this.state.questions, { choose });
    this.view.only({ "list-done": !this.openLines.some((line) => line.required) });
    this.view.text("place", words.place(this.state.saved.answers_done, this.state.saved.answers_total));
    this.view.show("list");
  }

  complete() {
    showOverview(this.view.parts["review-list"], this.state.questions);
    this.view.only({ "to-list": this.openLines.length > 0 });
    this.view.show("complete");
  }

  async leaveOut() {
    try {
      const answered = await skip(this.state.question.id, this.tab);
      this.next(answered.next ?? answered);
    } catch (error) {
      this.failed(error);
    }
  }

  // A request was refused: another tab has the room, the question is over, or something to say under the button.
  failed(error) {
    if (error.code === "opened_elsewhere") return this.elsewhere({ label: error.problem?.device, since: error.problem?.since });
    if (error.code === "time_over") return this.timeOver();
    if (["session_over", "session_ended", "expired", "withdrawn"].includes(error.code)) return this.refused(error);
    if (error.code === "take_unusable") return this.enter().then(() => this.view.notice(error.message));
    if (error.code === "question_closed") return this.enter().then(() => this.view.notice(words.failures.question_closed));
    const known = words.failures[error.code];
    const passing = error.status === 429 || error.status >= 500;
    this.view.notice(known ?? (error.status === 0 ? words.failures.offline : passing ? words.failures.slow : error.message));
    return undefined;
  }

  // Now and then: does somebody else have the room, and is the clock still right?
  async look() {
    const { state } = this.view.root.dataset;
    if (document.visibilityState !== "visible" || this.question?.busy || ["elsewhere", "over", "unreachable", "loading"].includes(state)) return;
    const found = await getRoom().catch(() => null);
    if (!found || state !== this.view.root.dataset.state) return;
    sync(found.session.server_now);
    if (found.session.tab && found.session.tab !== this.tab) this.elsewhere(found.session.device ?? {});
    else if (OVER.includes(found.session.state)) this.next(found);
    else this.remaining.set(found.session.must_end_at);
  }

  // device: { label, since } of whoever has the room now; nothing when it is another tab of this browser.
  elsewhere(device) {
    if (this.view.root.dataset.state === "elsewhere") return;
    this.question?.leave();
    this.question = null;
    const named = device?.label ? words.elsewhere.device(device.label, clockTime(device.since)) : words.elsewhere[device ? "unknown" : "tab"];
    this.view.text("elsewhere-title", named);
    this.view.show("elsewhere");
    this.leftHere();
  }

  leftHere() {
    const { done, total } = underWay();
    this.wasSending = this.view.root.dataset.state === "elsewhere" && (this.wasSending || total > 0);
    this.view.text("left-here", total ? words.elsewhere.underWay(done, total) : this.wasSending ? words.elsewhere.allSaved : "");
    if (this.view.root.dataset.state !== "over") return;
    const rest = this.handedIn ? words.over.done : words.over.closing;
    this.view.text("over-text", done < total ? words.over.working(done, total) : rest);
  }

  // The whole interview's time is over: what is there is sent, and the server hands it in.
  async timeOver() {
    if (this.ending) return;
    this.ending = true;
    this.question?.timeOver?.();
    this.question?.leave();
    this.question = null;
    this.view.only({ "over-list": false, "over-next": false });
    this.view.text("over-text", words.over.closing);
    this.view.show("over");
    this.leftHere();
    for (;;) {
      const found = await getRoom().catch((error) => ({ refused: error }));
      if (found.refused && found.refused.status !== 0 && found.refused.status < 500) return this.over();
      if (found.session) this.state = found;
      if (OVER.includes(found.session?.state)) return this.over();
      await new Promise((resolve) => { setTimeout(resolve, HANDED_IN_LOOK_MS); });
    }
  }

  // Handed in: by the time, or in another tab.
  over() {
    this.remaining.stop();
    if (!this.ending && !this.timeIsOver) return location.assign(`${this.home}/done`);
    this.handedIn = true;
    showOverview(this.view.parts["over-list"], this.state.questions, { over: true });
    this.view.only({ "over-list": true, "over-next": true });
    if (this.view.root.dataset.state !== "over") this.view.show("over");
    return this.leftHere();
  }

  get timeIsOver() {
    return Boolean(this.endsAt) && Date.parse(this.endsAt) <= Date.parse(this.state.session.server_now);
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
    this.remaining.stop();
    clearInterval(this.timer);
    for (const undo of this.undo) undo();
    window.removeEventListener("beforeunload", this.warn);
    window.removeEventListener("pageshow", this.shown);
  }
}

export default function room(root) {
  const opened = new Room(root);
  opened.enter(JSON.parse(document.getElementById("room").textContent));
  return () => opened.leave();
}
