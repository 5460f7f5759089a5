// A question answered by video or audio: think → (count) → recording → review → sending, with as many takes as are
// allowed. The server's clock holds the limits; this page only shows them.

import { answer, getRoom, newId, openTake, patiently } from "./api.js";
import { liveCaptions } from "./captions.js";
import { now, sync } from "./clock.js";
import { Countdown } from "./countdown.js";
import { openDevices } from "./devices.js";
import { LiveStream } from "./live-stream.js";
import { profileFor, shrink } from "./profile.js";
import { mimeTypeFor, Recorder } from "./recorder.js";
import { onStorageTrouble } from "./store.js";
import { TakeChoice } from "./take-choice.js";
import { Take } from "./takes.js";
import { stayAwake } from "./wake-lock.js";
import { Warnings } from "./warnings.js";
import * as words from "./words.js";

const SETTLE_MS = 500;
const COUNT_SECONDS = 3;

// What the room's server does for a question; a practice has a server of its own.
const SERVER = {
  kept: true,
  openTake,
  use: (questionId, tab, take) => answer(questionId, tab, { take_id: take.id }),
};

export class RecordedQuestion {
  // room: { view, tab, next(room), failed(error), endsAt }; state: the server's answer for this question.
  constructor(room, state, { stream = null, server = SERVER } = {}) {
    Object.assign(this, { room, server, view: room.view, question: state.question, rows: [...state.takes], already: stream });
    this.takes = [];
    this.used = state.question.takes_used;
    sync(state.question.server_now, state.arrivedAt);
    const { parts } = this.view;
    this.countdown = new Countdown({ line: parts.line, figures: parts.figures, say: (text) => this.view.say(text) });
    this.warnings = new Warnings(this.view);
    this.live = new LiveStream(this.view, { kind: this.question.kind, source: this.question.source, warnings: this.warnings, onShare: () => this.words() });
    this.choice = new TakeChoice(this.view, { kind: this.question.kind, captionsAllowed: this.question.captions_allowed });
    this.captions = liveCaptions(this.view);
    const looked = () => { if (document.visibilityState === "visible" && this.late) this.count(); };
    document.addEventListener("visibilitychange", looked);
    this.unbind = [
      this.view.on("press", "click", () => this.press()),
      this.view.on("again", "click", () => this.ready()),
      this.view.on("retry", "click", () => this.start()),
      onStorageTrouble((kind) => this.warnings.set("full", kind === "full")),
      () => document.removeEventListener("visibilitychange", looked),
    ];
  }

  // Opens the devices and goes to where the candidate was. Shows the trouble when there is one.
  async start() {
    try {
      await this.live.open(this.already);
    } catch (trouble) {
      return this.trouble(trouble);
    }
    this.already = null;
    for (const row of this.rows.splice(0)) {
      const take = await Take.recover(row, () => this.progress()).catch(() => null);
      if (take && !take.empty && !take.missing) this.takes.push(take);
    }
    if (this.left) return undefined;
    this.progress();
    if (this.takes.length) return this.review(this.takes[this.takes.length - 1]);
    return this.think();
  }

  trouble(trouble) {
    this.view.trouble(trouble);
    this.room.ways?.();
  }

  show(state) {
    this.late = false;
    this.view.show(state);
    this.allowance();
    this.words();
    this.room.ways?.();
  }

  think() {
    const until = Date.parse(this.question.think_until ?? "");
    if (!this.question.think_seconds || Number.isNaN(until)) return this.ready();
    if (until <= now()) return this.used === 0 ? this.thought() : this.ready();
    this.show("think");
    this.countdown.start({ until, seconds: this.question.think_seconds, onEnd: () => this.begun() });
    return undefined;
  }

  // The time to think was over before anybody was here: recording is offered at once and begins by itself, but never
  // in a page that nobody looks at.
  thought() {
    if (document.visibilityState === "visible" && this.live.stream) return this.count();
    this.ready();
    this.late = Boolean(this.live.stream);
    return undefined;
  }

  count() {
    this.show("counting");
    this.view.say(words.countingSpoken);
    const until = now() + COUNT_SECONDS * 1000;
    this.countdown.start({ until, seconds: COUNT_SECONDS, onEnd: () => this.begun() });
  }

  begun() {
    return document.visibilityState === "visible" && this.live.stream ? this.record() : this.thought();
  }

  ready() {
    this.countdown.stop();
    this.choice.stop();
    this.show("ready");
    this.view.parts.line.max = 1;
    this.view.parts.line.value = 1;
    this.view.text("figures", words.clock(this.question.answer_seconds));
  }

  press() {
    // The button has changed its meaning under the finger: the second half of a double press means nothing.
    if (performance.now() - this.view.shownAt < SETTLE_MS) return;
    const { state } = this.view.root.dataset;
    if (state === "recording") this.recorder.stop();
    else if (state === "review") this.use(this.choice.chosen);
    else if (!this.live.stream && !this.live.broken) this.share();
    else if (["think", "ready", "counting"].includes(state)) this.record();
  }

  async share() {
    try {
      await this.live.share();
    } catch (trouble) {
      if (trouble.kind === "ScreenRefused") this.view.notice(`${trouble.title}. ${trouble.message}`);
      else this.trouble(trouble);
    }
  }

  // The round button's word, where it depends on more than the state.
  words() {
    const { state } = this.view.root.dataset;
    const choosing = this.live.screen && !this.live.stream;
    if (["think", "ready", "counting"].includes(state)) this.view.press(choosing ? words.chooseScreen : words.presses.ready);
    this.view.root.dataset.sharing = String(!choosing);
    if (state === "review" && !this.server.kept) this.view.press(words.practice.use);
  }

  async record() {
    if (this.opening) return;
    this.opening = true;
    this.countdown.stop();
    try {
      if (this.live.broken) await this.live.open(await openDevices({ video: this.live.video && !this.live.screen }));
      if (!this.live.stream) return this.ready();
      const mimeType = mimeTypeFor(this.question.kind);
      // The same number until the server has answered: asking again never costs a take.
      this.request ??= newId();
      const wanted = { kind: this.question.kind, mime_type: mimeType.split(";")[0], request_id: this.request, source: this.live.screen ? "screen" : "camera" };
      const opened = await patiently(() => this.server.openTake(this.question.id, this.room.tab, wanted), { tries: 3 });
      this.request = null;
      if (this.left) return undefined;
      this.used = Math.max(this.used + 1, opened.number);
      await this.begin(opened, mimeType);
    } catch (error) {
      if (error.help !== undefined) this.trouble(error);
      else {
        this.ready();
        this.room.failed(error);
      }
    } finally {
      this.opening = false;
    }
    return undefined;
  }

  async begin(opened, mimeType) {
    sync(opened.server_now);
    const take = new Take({
      id: opened.take_id, number: opened.number, uploadUrl: opened.upload_url, mimeType, kept: this.server.kept, onProgress: () => this.progress(),
    });
    this.takes.push(take);
    const profile = profileFor();
    if (!this.live.screen) await shrink(this.live.stream, profile);
    this.recorder = new Recorder(this.live.stream, {
      mimeType, profile, onPiece: (blob) => take.add(blob, this.recorder.seconds), onStop: (seconds, reason) => this.recorded(take, seconds, reason),
    });
    const ends = [opened.must_stop_at, this.room.endsAt].map((moment) => Date.parse(moment ?? "") || Infinity);
    const until = Math.min(now() + this.question.answer_seconds * 1000, ...ends);
    try {
      await this.recorder.start(until - now());
    } catch (trouble) {
      this.takes = this.takes.filter((one) => one !== take);
      this.used -= 1;
      take.cancel(); // nothing was recorded, and the server gives the take back
      throw trouble;
    }
    this.rest = stayAwake();
    this.show("recording");
    this.captions?.begin(this.live.devices, opened.take_id);
    this.warnings.set("slow", profile.small && this.live.video);
    this.countdown.start({ until, seconds: this.question.answer_seconds });
  }

  recorded(take, seconds, reason) {
    this.countdown.stop();
    this.captions?.end();
    this.rest?.();
    this.warnings.set("turned", false);
    if (!take.empty) take.finish(seconds);
    if (this.left) return;
    if (take.empty) {
      this.takes = this.takes.filter((one) => one !== take);
      this.ready();
      this.view.notice(words.failures.empty);
      return;
    }
    this.review(take);
    const why = reason === "device" && this.live.screen ? "screen" : reason;
    if (words.ended[why]) this.view.notice(words.ended[why]);
  }

  review(take) {
    this.show("review");
    this.view.text("figures", "");
    this.view.parts.again.hidden = this.remaining === 0;
    this.choice.show(this.takes, take);
  }

  async use(take) {
    this.choice.stop();
    this.view.show("sending");
    this.room.ways?.();
    if (take.elsewhere) take.finish(take.seconds); // the candidate was told, and wants what has arrived
    try {
      await take.done;
    } catch {
      return this.lost(take);
    }
    try {
      const { next } = await this.server.use(this.question.id, this.room.tab, take);
      for (const one of this.takes) one.forget();
      this.room.next(next);
    } catch (error) {
      if (!this.left) this.review(take);
      this.room.failed(error);
    }
    return undefined;
  }

  // The server gave this take up. The others stand; without others the candidate records again.
  async lost(take) {
    this.takes = this.takes.filter((one) => one !== take);
    const fresh = await getRoom().catch(() => null);
    this.used = fresh?.question?.takes_used ?? this.used;
    if (this.takes.length) this.review(this.takes[this.takes.length - 1]);
    else this.ready();
    this.view.notice(words.failures.gone);
  }

  get remaining() {
    return Math.max(0, this.question.takes_allowed - this.used);
  }

  allowance() {
    const { state } = this.view.root.dataset;
    const before = ["think", "ready", "counting"].includes(state);
    let text = this.used === 0 ? words.takesAllowed(this.remaining) : words.takesLeft(this.remaining);
    if (before && this.remaining === 1 && this.used > 0) text = words.takesLeft(0);
    else if (this.remaining === 0) text = state === "review" && this.question.takes_allowed > 1 ? words.noTakesLeft : "";
    this.view.text("allowance", text);
  }

  progress() {
    if (!this.server.kept) return this.view.text("saved", words.practice.kept);
    const total = this.takes.reduce((sum, take) => sum + take.progress.total, 0);
    const done = this.takes.reduce((sum, take) => sum + take.progress.done, 0);
    const waiting = this.takes.some((take) => take.progress.waiting);
    this.view.text("saved", waiting ? words.waiting : total ? words.saved(done, total) : "");
    this.view.parts.saved.dataset.waiting = waiting;
    return undefined;
  }

  // True while leaving the page would lose something.
  get unsaved() {
    return Boolean(this.recorder?.running) || this.takes.some((take) => take.progress.done < take.progress.total);
  }

  get busy() {
    return Boolean(this.recorder?.running) || this.view.root.dataset.state === "sending" || Boolean(this.opening);
  }

  // The time for the whole interview is over: what is being recorded ends here and is sent.
  timeOver() {
    this.recorder?.stop("limit");
  }

  // Ends everything but the sending of what was recorded.
  leave() {
    if (this.left) return;
    this.left = true;
    this.countdown.stop();
    this.recorder?.stop();
    this.rest?.();
    this.captions?.leave();
    this.choice.leave();
    this.live.leave();
    for (const undo of this.unbind) undo();
  }
}
