// A file as an answer, or a file instead of a recording: chosen or dropped, sent piece by piece, continued after a
// reload, and used only when the candidate says so.

import { answer, newId, openTake, patiently } from "./api.js";
import { show as showPlayback } from "./playback.js";
import { Take } from "./takes.js";
import { failures, file as words, saved, size } from "./words.js";

// What the server reads (contexts/media, kind `file`); it looks inside as well, so this only saves a wasted upload.
const DOCUMENTS = [".pdf", ".docx", ".odt", ".rtf", ".txt", ".md", ".png", ".jpg", ".jpeg", ".zip", ".csv", ".xlsx", ".pptx"];
const ACCEPTED = { file: DOCUMENTS.join(","), video: "video/*", audio: "audio/*,.m4a,.mp3,.mp4" };
const LARGEST = { file: 50 * 1024 * 1024, video: 2 * 1024 ** 3, audio: 2 * 1024 ** 3 };
const HELP = { file: words.document, video: words.video, audio: words.audio };

export class FileQuestion {
  constructor(room, state) {
    Object.assign(this, { room, view: room.view, question: state.question, rows: [...state.takes] });
    this.kind = this.question.kind;
    const { parts } = this.view;
    this.input = parts["file-input"];
    this.input.accept = ACCEPTED[this.kind];
    this.input.value = "";
    const dragged = (event) => {
      event.preventDefault();
      parts.drop.dataset.over = String(event.type === "dragover");
      if (event.type === "drop") this.chose([...event.dataTransfer.files]);
    };
    this.unbind = [
      this.view.on("file-input", "change", () => this.chose([...this.input.files])),
      this.view.on("cancel-file", "click", () => this.cancel()),
      this.view.on("use-file", "click", () => this.use()),
      ...["dragover", "dragleave", "drop"].map((name) => this.view.on("drop", name, dragged)),
    ];
  }

  async start() {
    this.view.text("file-help", HELP[this.kind]);
    this.#show("empty");
    this.view.show("file");
    this.room.ways?.();
    for (const row of this.rows.splice(0).reverse()) {
      const take = await Take.recover(row, () => this.progress()).catch(() => null);
      if (this.left || this.take) return;
      if (take && (take.missing || !take.empty)) {
        this.take = take;
        if (take.missing) this.#again();
        else this.sending();
        return;
      }
    }
  }

  // What of the section is seen: empty, sending, ready.
  #show(stage) {
    this.view.only({ drop: stage === "empty", sending: stage !== "empty", "file-done": stage === "ready", "use-file": stage === "ready" });
    this.view.parts["file-progress"].hidden = stage === "ready";
    this.view.wrong("file", this.input, "");
  }

  // Cut short, and too large to be kept by the browser: the same file once more.
  #again() {
    this.#show("empty");
    this.view.notice(words.again);
  }

  #refused(chosen) {
    if (chosen.length > 1) return words.onlyOne;
    const [file] = chosen;
    if (file.size === 0) return words.empty;
    if (file.size > LARGEST[this.kind]) return words.tooLarge(size(LARGEST[this.kind]));
    const known = this.kind !== "file" || DOCUMENTS.some((ending) => file.name.toLowerCase().endsWith(ending));
    return known ? "" : words.wrongType;
  }

  async chose(chosen) {
    if (!chosen.length || this.opening) return;
    const refused = this.#refused(chosen);
    this.view.wrong("file", this.input, refused);
    if (refused) return this.input.focus();
    const [file] = chosen;
    this.opening = true;
    try {
      await this.#send(file);
    } catch (error) {
      this.room.failed(error);
    } finally {
      this.opening = false;
      this.input.value = "";
    }
    return undefined;
  }

  async #send(file) {
    const before = this.take;
    if (before?.continues(file)) {
      before.resume(file);
      this.#preview(file);
      return this.sending();
    }
    this.request ??= newId();
    const wanted = {
      kind: this.kind, mime_type: file.type.split(";")[0], request_id: this.request, source: "upload", file_name: file.name.slice(-200), length: file.size,
    };
    const opened = await patiently(() => openTake(this.question.id, this.room.tab, wanted), { tries: 3 });
    this.request = null;
    if (this.left) return undefined;
    before?.cancel();
    this.take = new Take({
      id: opened.take_id, number: opened.number, uploadUrl: opened.upload_url, mimeType: file.type, onProgress: () => this.progress(), row: { source: "upload" },
    });
    // A length in time is the server's to find out; what the player says here is only shown.
    this.take.addFile(file, 0);
    this.#preview(file);
    return this.sending();
  }

  #preview(file) {
    const player = this.view.parts["file-player"];
    player.hidden = this.kind === "file";
    if (this.kind !== "file") showPlayback(player, URL.createObjectURL(file));
  }

  async sending() {
    const { take } = this;
    const name = take.pieces[0]?.name ?? words.yourFile;
    this.#show("sending");
    this.view.text("file-name", name);
    this.view.say(words.begun(name));
    this.progress();
    if (take.pieces.length) this.#preview(take.pieces[0]);
    try {
      await take.done;
    } catch {
      if (this.take !== take || this.left) return;
      this.take = null;
      this.#show("empty");
      this.view.notice(failures.gone);
      return;
    }
    if (this.take !== take || this.left) return;
    this.#show("ready");
    this.view.say(words.done(name));
    this.view.parts["use-file"].focus();
  }

  progress() {
    if (!this.take) return;
    const { done, total, waiting: waits } = this.take.progress;
    const bar = this.view.parts["file-progress"];
    bar.max = total || 1;
    bar.value = done;
    this.view.text("file-state", waits ? words.waiting : total ? saved(done, total) : "");
  }

  cancel() {
    const { take } = this;
    this.take = null;
    take?.cancel();
    showPlayback(this.view.parts["file-player"], "");
    this.#show("empty");
    this.input.focus();
  }

  async use() {
    if (this.using) return;
    this.using = true;
    this.view.parts["use-file"].setAttribute("aria-busy", "true");
    try {
      const { next } = await answer(this.question.id, this.room.tab, { take_id: this.take.id });
      this.take.forget();
      this.room.next(next);
    } catch (error) {
      this.room.failed(error);
    } finally {
      this.using = false;
      this.view.parts["use-file"].removeAttribute("aria-busy");
    }
  }

  get unsaved() {
    return Boolean(this.take) && this.take.progress.done < this.take.progress.total;
  }

  get busy() {
    return Boolean(this.using || this.opening);
  }

  leave() {
    if (this.left) return;
    this.left = true;
    showPlayback(this.view.parts["file-player"], "");
    for (const undo of this.unbind) undo();
  }
}
