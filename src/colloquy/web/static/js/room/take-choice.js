// Which take is used: each can be played where this browser still has it, and what is not here is said.

import { bringCaptions } from "./api.js";
import { show as showPlayback } from "./playback.js";
import { captions, notHere, takeName } from "./words.js";

export class TakeChoice {
  // kind: of the answer; captionsAllowed: the candidate may bring captions of their own.
  constructor(view, { kind, captionsAllowed = false }) {
    Object.assign(this, { view, player: view.parts[kind === "video" ? "playback" : "listen"], captionsAllowed });
    this.unbind = [view.on("choice", "change", (event) => this.choose(this.takes[Number(event.target.value)]))];
    if (!captionsAllowed) return;
    this.unbind.push(
      view.on("captions-file", "change", () => this.#readFile()),
      view.on("captions-send", "click", () => this.#sendCaptions()),
    );
  }

  show(takes, chosen) {
    this.takes = takes;
    const label = (take, at) => {
      const element = document.createElement("label");
      element.className = "chip";
      const input = Object.assign(document.createElement("input"), { type: "radio", name: "take", value: at, checked: take === chosen });
      element.append(input, takeName(take.number, take.seconds));
      return element;
    };
    this.view.parts.choice.replaceChildren(...(takes.length > 1 ? takes.map(label) : []));
    this.view.parts.captions.hidden = !this.captionsAllowed;
    this.choose(chosen);
  }

  choose(take) {
    this.chosen = take;
    const address = take.playback();
    showPlayback(this.player, address);
    this.view.text("no-playback", address ? "" : this.#why(take));
    this.view.parts["no-playback"].hidden = Boolean(address);
    if (this.view.parts.keep) this.#offer(take, address);
    this.view.text("captions-state", "");
  }

  #why(take) {
    const device = take.row.device || notHere.anotherDevice;
    if (take.elsewhere) return notHere.arriving(device);
    return take.row.here === false ? notHere.device(device) : notHere.saved;
  }

  // A practice can be kept as a file; nothing else keeps it.
  #offer(take, address) {
    const { keep } = this.view.parts;
    keep.href = address;
    keep.download = `${keep.dataset.name}.${take.mimeType.includes("mp4") ? "mp4" : "webm"}`;
  }

  async #readFile() {
    const [chosen] = this.view.parts["captions-file"].files;
    if (chosen) this.view.parts["captions-text"].value = await chosen.text();
  }

  async #sendCaptions() {
    const field = this.view.parts["captions-text"];
    const text = field.value;
    if (!text.trim()) return this.view.wrong("captions", field, captions.empty);
    const format = text.trimStart().startsWith("WEBVTT") ? "vtt" : /^\s*\d+\s*\n\d\d:\d\d:\d\d,\d/.test(text) ? "srt" : "txt";
    try {
      await bringCaptions(this.chosen.id, text, format);
      this.view.wrong("captions", field, "");
      this.view.text("captions-state", captions.saved);
    } catch (error) {
      const said = Object.values(error.problem?.fields ?? {})[0];
      this.view.wrong("captions", field, said ?? (error.message || captions.failed));
      field.focus();
    }
    return undefined;
  }

  stop() {
    for (const part of ["playback", "listen"]) {
      this.view.parts[part].pause();
      showPlayback(this.view.parts[part], "");
    }
  }

  leave() {
    this.stop();
    for (const undo of this.unbind) undo();
  }
}
