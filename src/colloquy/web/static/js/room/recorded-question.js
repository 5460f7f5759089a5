// A question answered by video or audio: think → recording → review → sending, with as many takes as are allowed.

import { openTake, getRoom, useTake } from "./api.js";
import { clockOffset, Countdown } from "./countdown.js";
import { close, openDevices, watchSound } from "./devices.js";
import { soundMeter } from "./meter.js";
import { show as showPlayback } from "./playback.js";
import { mimeTypeFor, Recorder } from "./recorder.js";
import { Take } from "./takes.js";
import * as words from "./words.js";

const SETTLE_MS = 500;

export class RecordedQuestion {
  // room: { view, tab, next(room), failed(error) }; state: the server's answer for this question.
  constructor(room, state) {
    this.room = room;
    this.view = room.view;
    this.question = state.question;
    this.rows = state.takes;
    this.takes = [];
    this.used = state.question.takes_used;
    this.offset = clockOffset(state.question.server_now);
    this.countdown = new Countdown({ line: this.view.parts.line, figures: this.view.parts.figures, say: (text) => this.view.say(text) });
    this.unbind = [
      this.view.on("press", "click", () => this.press()),
      this.view.on("again", "click", () => this.ready()),
      this.view.on("choice", "change", (event) => this.choose(Number(event.target.value))),
      this.view.on("retry", "click", () => this.start()),
    ];
  }

  // Opens the devices and goes to where the candidate was. Shows the trouble when there is one.
  async start() {
    try {
      const stream = await openDevices({ video: this.question.kind === "video" });
      if (this.left) return close(stream);
      this.useStream(stream);
    } catch (trouble) {
      return this.trouble(trouble);
    }
    for (const row of this.rows.splice(0)) {
      const take = await Take.recover(row, () => this.progress()).catch(() => null);
      if (take && !take.empty) this.takes.push(take);
    }
    if (this.left) return undefined;
    this.progress();
    if (this.takes.length) return this.review(this.takes.length - 1);
    return this.think();
  }

  useStream(stream) {
    close(this.stream);
    this.stopSound?.();
    this.stream = stream;
    if (this.question.kind === "video") this.view.parts.preview.srcObject = stream;
    const meter = soundMeter(this.view.parts.meter);
    this.stopSound = watchSound(stream, { onLevel: meter, onSilent: (silent) => this.silent(silent) });
  }

  silent(silent) {
    this.view.parts.silent.hidden = !silent;
    if (silent && this.view.root.dataset.state === "recording") this.view.say(words.check.silent);
  }

  trouble(trouble) {
    this.view.text("trouble-title", trouble.title ?? words.troubles.NotReadableError.title);
    this.view.text("trouble-text", trouble.message);
    this.view.text("trouble-help", trouble.help ?? "");
    this.view.show("trouble");
  }

  think() {
    const until = Date.parse(this.question.think_until ?? "");
    if (!this.question.think_seconds || Number.isNaN(until) || until <= Date.now() + this.offset) return this.ready();
    this.view.show("think");
    this.allowance();
    this.countdown.start({ until, seconds: this.question.think_seconds, offset: this.offset, onEnd: () => this.thought() });
    return undefined;
  }

  // Recording begins by itself when the time is over, but never in a tab that nobody is looking at.
  thought() {
    if (document.visibilityState === "visible") this.record();
    else this.ready();
  }

  ready() {
    this.countdown.stop();
    this.stopPlayback();
    this.view.show("ready");
    this.view.parts.line.max = 1;
    this.view.parts.line.value = 1;
    this.view.text("figures", words.clock(this.question.answer_seconds));
    this.allowance();
  }

  press() {
    // The button has changed its meaning under the finger: the second half of a double press means nothing.
    if (performance.now() - this.view.shownAt < SETTLE_MS) return;
    const state = this.view.root.dataset.state;
    if (state === "think" || state === "ready") this.record();
    else if (state === "recording") this.recorder.stop();
    else if (state === "review") this.use();
  }

  async record() {
    if (this.opening) return;
    this.opening = true;
    this.countdown.stop();
    const { kind } = this.question;
    try {
      if (this.stream.getTracks().some((track) => track.readyState === "ended")) this.useStream(await openDevices({ video: kind === "video" }));
      const mimeType = mimeTypeFor(kind);
      const opened = await openTake(this.question.id, kind, mimeType.split(";")[0], this.room.tab);
      if (this.left) return;
      this.used += 1;
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
  }

  async begin(opened, mimeType) {
    this.offset = clockOffset(opened.server_now);
    const take = new Take({ id: opened.take_id, number: opened.number, uploadUrl: opened.upload_url, mimeType, onProgress: () => this.progress() });
    this.takes.push(take);
    this.recorder = new Recorder(this.stream, {
      mimeType, onPiece: (blob) => take.add(blob, this.recorder.seconds), onStop: (seconds) => this.recorded(take, seconds),
    });
    const now = Date.now() + this.offset;
    const until = Math.min(now + this.question.answer_seconds * 1000, Date.parse(opened.must_stop_at ?? "") || Infinity);
    await this.recorder.start(until - now);
    this.awake = await navigator.wakeLock?.request("screen").catch(() => null);
    this.view.show("recording");
    this.allowance();
    this.countdown.start({ until, seconds: this.question.answer_seconds, offset: this.offset });
  }

  recorded(take, seconds) {
    this.countdown.stop();
    this.awake?.release();
    if (!take.empty) take.finish(seconds);
    if (this.left) return;
    if (take.empty) {
      this.takes = this.takes.filter((one) => one !== take);
      this.ready();
      this.view.notice(words.failures.empty);
      return;
    }
    this.review(this.takes.length - 1);
  }

  review(index) {
    this.view.show("review");
    this.view.text("figures", "");
    this.view.parts.again.hidden = this.remaining === 0;
    this.allowance();
    const label = (take, at) => {
      const element = document.createElement("label");
      element.className = "chip";
      const input = Object.assign(document.createElement("input"), { type: "radio", name: "take", value: at, checked: at === index });
      element.append(input, words.takeName(take.number, take.seconds));
      return element;
    };
    this.view.parts.choice.replaceChildren(...(this.takes.length > 1 ? this.takes.map(label) : []));
    this.choose(index);
  }

  choose(index) {
    this.chosen = this.takes[index];
    const player = this.view.parts[this.question.kind === "video" ? "playback" : "listen"];
    const address = this.chosen.playback();
    showPlayback(player, address);
    this.view.parts["no-playback"].hidden = Boolean(address);
  }

  stopPlayback() {
    for (const part of ["playback", "listen"]) {
      this.view.parts[part].pause();
      showPlayback(this.view.parts[part], "");
    }
  }

  async use() {
    const take = this.chosen;
    this.stopPlayback();
    this.view.show("sending");
    try {
      await take.done;
    } catch {
      return this.lost(take);
    }
    try {
      const { next } = await useTake(this.question.id, take.id, this.room.tab);
      for (const one of this.takes) one.forget();
      this.room.next(next);
    } catch (error) {
      if (!this.left) this.review(this.takes.indexOf(take));
      this.room.failed(error);
    }
    return undefined;
  }

  // The server gave this take up. The others stand; without others the candidate records again.
  async lost(take) {
    this.takes = this.takes.filter((one) => one !== take);
    const fresh = await getRoom().catch(() => null);
    this.used = fresh?.question?.takes_used ?? this.used;
    if (this.takes.length) this.review(this.takes.length - 1);
    else this.ready();
    this.view.notice(words.failures.gone);
  }

  get remaining() {
    return Math.max(0, this.question.takes_allowed - this.used);
  }

  allowance() {
    const state = this.view.root.dataset.state;
    const before = state === "think" || state === "ready";
    const text = this.remaining === 0 ? (state === "review" && this.question.takes_allowed > 1 ? words.noTakesLeft : "")
      : before && this.used === 0 ? words.takesLeft(this.remaining).replace(" more ", " ") : words.takesLeft(this.remaining);
    this.view.text("allowance", before && this.remaining === 1 && this.used > 0 ? words.takesLeft(0) : text);
  }

  progress() {
    const total = this.takes.reduce((sum, take) => sum + take.progress.total, 0);
    const done = this.takes.reduce((sum, take) => sum + take.progress.done, 0);
    const waiting = this.takes.some((take) => take.progress.waiting);
    this.view.text("saved", waiting ? words.waiting : total ? words.saved(done, total) : "");
    this.view.parts.saved.dataset.waiting = waiting;
  }

  // True while leaving the page would lose something.
  get unsaved() {
    return this.recorder?.recorder.state === "recording" || this.takes.some((take) => take.progress.done < take.progress.total);
  }

  // Ends everything but the sending of what was recorded.
  leave() {
    if (this.left) return;
    this.left = true;
    this.countdown.stop();
    this.recorder?.stop();
    this.stopSound?.();
    this.stopPlayback();
    close(this.stream);
    this.view.parts.preview.srcObject = null;
    for (const undo of this.unbind) undo();
  }
}
