// The messages on the page. The server drew those that were there; new ones are copies of its templates.

export class Log {
  constructor(view, { onEdit }) {
    this.view = view;
    this.list = view.parts.log;
    this.list.addEventListener("click", (event) => {
      if (event.target.closest('[data-part="edit"]')) onEdit(event.target.closest(".chat-message"));
    });
  }

  find(message) {
    const all = [...this.list.children];
    return all.find((one) => message.id && one.dataset.id === message.id)
      ?? all.find((one) => message.client_message_id && one.dataset.client === message.client_message_id);
  }

  // Shows a message as it is now, in its place.
  show(message) {
    const element = this.find(message) ?? this.make(message.who);
    const part = (name) => element.querySelector(`[data-part="${name}"]`);
    Object.assign(element.dataset, { seq: message.seq, id: message.id, state: message.state, kind: message.kind });
    delete element.dataset.sending;
    part("text").textContent = message.text;
    part("text").hidden = !message.text;
    if (message.who === "candidate") {
      part("transcribing").hidden = message.state !== "transcribing";
      part("note").textContent = message.note ?? "";
      part("note").hidden = !message.note;
      part("mark-voice").hidden = message.kind !== "voice";
      part("mark-edited").hidden = !message.edited;
      part("mark-sending").hidden = true;
      const voice = part("voice");
      if (message.playback && !voice.hasAttribute("src")) voice.src = message.playback;
      voice.hidden = !voice.hasAttribute("src");
    } else {
      part("mark-stopped").hidden = message.state !== "stopped";
    }
    this.place(element, Number(message.seq));
    return element;
  }

  // A message of the candidate's that is on its way.
  promise(clientId, text) {
    const element = this.make("candidate");
    element.dataset.client = clientId;
    element.dataset.sending = "true";
    element.querySelector('[data-part="text"]').textContent = text;
    element.querySelector('[data-part="text"]').hidden = !text;
    element.querySelector('[data-part="mark-sending"]').hidden = false;
    this.list.append(element);
    return element;
  }

  make(who) {
    return this.view.parts[`new-${who}`].content.querySelector("li").cloneNode(true);
  }

  place(element, seq) {
    const after = [...this.list.children].find((one) => one !== element && Number(one.dataset.seq || Infinity) > seq);
    if (element.isConnected && element.nextElementSibling === (after ?? null)) return;
    this.list.insertBefore(element, after ?? null);
  }

  // A message that was never stored, or one that an edit has replaced, with all after it.
  drop(element) {
    while (element.nextElementSibling) element.nextElementSibling.remove();
    element.remove();
  }

  forget(element) {
    element.remove();
  }

  // Only what the server has counts: after a look at its history nothing else stays.
  settle(messages) {
    const known = new Set(messages.map((message) => message.id));
    for (const element of [...this.list.children]) {
      if (!element.dataset.sending && !known.has(element.dataset.id)) element.remove();
    }
    for (const message of messages) if (message.state !== "composing") this.show(message);
  }

  // The button that changes the last message: there while it may be changed.
  offerEdit(allowed) {
    const own = [...this.list.querySelectorAll('[data-who="candidate"]')];
    for (const element of own) {
      const may = allowed && element === own.at(-1) && element.dataset.state === "complete" && !element.dataset.sending;
      element.querySelector('[data-part="edit"]').hidden = !may;
    }
  }

  get transcribing() {
    return Boolean(this.list.querySelector('[data-state="transcribing"]'));
  }
}
