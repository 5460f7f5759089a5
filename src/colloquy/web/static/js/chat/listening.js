// Waits for the words of voice messages: pushed by the server, asked for where a push does not get through.

import { eventsAddress, history } from "./api.js";

const ASK_MS = 4000;

export class Listening {
  // onMessage(message), onConversation(conversation), onHistory({conversation, messages})
  constructor(id, handlers) {
    this.id = id;
    this.handlers = handlers;
  }

  begin() {
    if (this.source) return;
    this.source = new EventSource(eventsAddress(this.id));
    this.source.addEventListener("message", (event) => this.handlers.onMessage(JSON.parse(event.data)));
    this.source.addEventListener("conversation", (event) => this.handlers.onConversation(JSON.parse(event.data)));
    this.source.addEventListener("sync", () => this.ask());
    // A push may be kept back by something on the way, without a word: so one asks as well, now and then.
    this.timer = setInterval(() => this.ask(), ASK_MS);
  }

  async ask() {
    try {
      this.handlers.onHistory(await history(this.id));
    } catch {
      // The next time comes by itself.
    }
  }

  end() {
    clearInterval(this.timer);
    this.source?.close();
    this.source = null;
  }
}
