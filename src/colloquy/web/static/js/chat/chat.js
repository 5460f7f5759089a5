// The conversation. What the server has stored is the truth; this page shows it and goes on from it.

import { gettext, ngettext } from "../i18n.js";
import * as api from "./api.js";
import { Composer } from "./composer.js";
import { Listening } from "./listening.js";
import { Log } from "./log.js";
import { Standing } from "./standing.js";
import { readTurn } from "./turn.js";
import { View } from "./view.js";
import { Voice } from "./voice.js";

// New for each load of the page, as in the room: a duplicated tab copies sessionStorage and would pass for its original.
const newTab = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

class Chat {
  constructor(root, facts) {
    this.id = facts.conversation.id;
    this.room = facts.room;
    this.tab = newTab();
    this.view = new View(root);
    this.log = new Log(this.view, { onEdit: (element) => this.composer.edit(element) });
    this.standing = new Standing(this.view, { onOver: () => this.goOn() });
    this.composer = new Composer(this.view, { key: `colloquy.chat.${this.id}`, most: facts.characters, onSend: (text, old) => this.send(text, old) });
    this.voice = new Voice(this.view, { seconds: facts.voice_seconds, onSend: (blob) => this.sendVoice(blob), onClose: () => this.ready() });
    this.listening = new Listening(this.id, {
      onMessage: (message) => this.arrived([message]),
      onConversation: (conversation) => this.stands(conversation),
      onHistory: ({ conversation, messages }) => this.arrived(messages, conversation, true),
    });
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("colloquy-room") : null;
    this.channel?.addEventListener("message", (event) => { if (event.data !== this.tab) this.elsewhere(); });
    this.warn = (event) => { if (this.voice.unsaved || this.sending) event.preventDefault(); };
    window.addEventListener("beforeunload", this.warn);
    this.view.on("stop", "click", () => this.stop());
    this.view.on("ask-end", "click", () => this.askEnd());
    this.view.on("end", "click", () => this.end());
    this.view.on("keep-talking", "click", () => document.getElementById("chat-end").close());
    this.view.on("continue-here", "click", () => this.enter());
    this.standing.take(facts.conversation);
  }

  // Claims the conversation for this tab, looks at the truth, and lets the interviewer speak if it is their turn.
  async enter() {
    try {
      await api.claimTab(this.tab);
      this.channel?.postMessage(this.tab);
      this.view.notice("");
      this.away = false;
      this.ready();
      this.view.toEnd();
      const { conversation, messages } = await api.history(this.id);
      this.log.settle(messages);
      this.stands(conversation);
    } catch (error) {
      this.view.show("ready");
      this.failed(error, () => this.enter());
    }
  }

  ready() {
    if (this.away) return;
    this.view.show(this.standing.conversation.state === "open" ? "ready" : "closed");
    if (this.view.state === "ready" && matchMedia("(pointer: fine)").matches) this.composer.focus();
    this.log.offerEdit(this.standing.conversation.state === "open");
  }

  // Where the conversation is now, and what follows from it.
  stands(conversation) {
    this.standing.take(conversation);
    this.log.offerEdit(conversation.state === "open");
    if (conversation.state === "closed") this.over(conversation);
    else if (conversation.turn === "interviewer") this.goOn();
    if (this.log.transcribing) this.listening.begin();
    else if (conversation.state === "open" || conversation.handed_in) this.listening.end();
  }

  arrived(messages, conversation = null, whole = false) {
    if (this.away) return;
    this.view.keeping(() => (whole && !this.reading ? this.log.settle(messages) : messages.forEach((message) => message.state !== "composing" && this.log.show(message))));
    const heard = messages.find((message) => message.kind === "voice" && message.state !== "transcribing");
    if (heard) this.view.say(heard.note ?? gettext("Your voice message has its text."));
    if (conversation) this.stands(conversation);
  }

  // The interviewer's turn. `body` also sends a message.
  async goOn(message = null) {
    if (this.reading) return;
    this.reading = new AbortController();
    this.composer.wait(true);
    this.view.live("");
    this.words = "";
    try {
      await readTurn({ conversation_id: this.id, tab: this.tab, ...message }, {
        signal: this.reading.signal,
        onEvent: (event) => this.hear(event),
        onTrouble: (trouble) => { this.view.parts.offline.hidden = !trouble; },
      });
    } catch (error) {
      if (error.name === "AbortError") return;
      if (message) throw error;
      this.failed(error, () => this.goOn());
    } finally {
      this.reading = null;
      this.view.live(null);
      this.view.parts.offline.hidden = true;
      this.composer.wait(false);
      this.log.offerEdit(this.standing.conversation.state === "open");
    }
  }

  hear({ name, data }) {
    if (name === "message") this.view.keeping(() => this.log.show(data));
    else if (name === "thinking") this.view.live(this.words, { still: data.still });
    else if (name === "token") this.view.live((this.words += data.text));
    else if (name === "replace") this.view.live((this.words = data.text));
    else if (name === "done") {
      this.words = "";
      if (data.message) this.view.keeping(() => this.log.show(data.message));
      this.view.live(data.conversation.turn === "interviewer" ? "" : null);
      this.standing.take(data.conversation);
      if (data.conversation.state === "closed") this.over(data.conversation);
    }
  }

  async send(text, old) {
    this.view.notice("");
    const clientId = api.newId();
    if (old) return this.change(old, clientId, text);
    const element = this.log.promise(clientId, text);
    this.composer.sent();
    this.view.toEnd();
    return this.sending_(async () => {
      try {
        await this.goOn({ client_message_id: clientId, text });
      } catch (error) {
        // What was not stored goes back to where it can be changed.
        if (element.dataset.sending) {
          this.log.forget(element);
          this.composer.fill(text);
        }
        this.failed(error);
      }
    });
  }

  async change(old, clientId, text) {
    return this.sending_(async () => {
      try {
        const { message, conversation } = await api.edit(old.dataset.id, clientId, text, this.tab);
        this.log.drop(old);
        this.log.show(message);
        this.composer.sent();
        this.stands(conversation);
      } catch (error) {
        this.failed(error);
      }
    });
  }

  async sendVoice(blob, clientId = api.newId(), element = null) {
    const shown = element ?? this.log.promise(clientId, "");
    this.view.toEnd();
    await this.sending_(async () => {
      try {
        const { message, conversation } = await api.sendVoice(this.id, clientId, blob, this.tab);
        this.log.show(message);
        this.stands(conversation);
      } catch (error) {
        const again = error.status === 0 || error.status >= 500;
        if (!again) this.log.forget(shown);
        this.failed(error, again ? () => this.sendVoice(blob, clientId, shown) : null);
      }
    });
  }

  async sending_(work) {
    this.sending = true;
    try {
      await work();
    } finally {
      this.sending = false;
    }
  }

  async stop() {
    try {
      await api.stop(this.id, this.tab);
    } catch (error) {
      this.failed(error);
    }
  }

  askEnd() {
    const { topics_done: done, topics_total: total } = this.standing.conversation;
    this.view.parts["end-text"].textContent = done < total
      ? ngettext("%(num)s topic is still open. You can end all the same; what you said is handed in as your answer.", "%(num)s topics are still open. You can end all the same; what you said is handed in as your answer.", total - done)
      : gettext("What you said is handed in as your answer. It cannot be changed afterwards.");
    document.getElementById("chat-end").showModal();
  }

  async end() {
    document.getElementById("chat-end").close();
    try {
      const { message, conversation } = await api.end(this.id, this.tab);
      this.reading?.abort();
      this.view.keeping(() => this.log.show(message));
      this.stands(conversation);
    } catch (error) {
      this.failed(error);
    }
  }

  over(conversation) {
    if (this.away) return;
    const before = this.view.state;
    this.view.show("closed");
    this.view.parts["go-on"].hidden = !conversation.handed_in;
    this.view.parts["over-wait"].hidden = conversation.handed_in;
    if (conversation.handed_in) this.listening.end();
    else this.listening.begin();
    if (before !== "closed") {
      this.view.parts["over-title"].focus({ preventScroll: true });
      this.view.toEnd();
    }
  }

  // A refusal in words; another tab or device has the conversation; or it ended meanwhile.
  failed(error, onRetry = null) {
    if (error.code === "opened_elsewhere") return this.elsewhere();
    if (["not_your_session", "session_over", "session_ended", "question_closed"].includes(error.code)) return location.assign(this.room);
    if (["conversation_over", "time_over"].includes(error.code)) this.listening.ask();
    if (error.code === "interviewer_speaking") this.goOn();
    const text = error.status === 0 ? gettext("The connection was lost. Nothing is lost; try again.") : error.status >= 500 ? gettext("The server did not answer as it should. Nothing is lost; try again.") : error.message;
    this.view.notice(text, onRetry);
    return undefined;
  }

  elsewhere() {
    if (this.away) return;
    this.away = true;
    this.voice.cancel();
    this.reading?.abort();
    this.listening.end();
    this.view.show("elsewhere");
    this.view.parts["elsewhere-title"].focus();
  }

  leave() {
    this.reading?.abort();
    this.listening.end();
    this.standing.leave();
    this.voice.leave();
    this.view.leave();
    this.channel?.close();
    window.removeEventListener("beforeunload", this.warn);
  }
}

export default function chat(root) {
  const opened = new Chat(root, JSON.parse(document.getElementById("chat").textContent));
  opened.enter();
  return () => opened.leave();
}
