// What shows when. States: ready (write), recording, recorded (listen before sending), closed, elsewhere.

const NEAR_PX = 120;

export class View {
  constructor(root) {
    this.root = root;
    this.parts = Object.create(null);
    // Messages in the log have parts of their own.
    for (const element of root.querySelectorAll("[data-part]")) {
      if (!element.parentElement.closest('[data-part="log"]')) this.parts[element.dataset.part] ??= element;
    }
    this.parts.time = document.querySelector('[data-chat="time"]');
    this.scrolled = () => { if (this.atEnd()) this.parts.newer.hidden = true; };
    window.addEventListener("scroll", this.scrolled, { passive: true });
    this.on("newer", "click", () => this.toEnd(true));
  }

  on(name, event, handler) {
    this.parts[name].addEventListener(event, handler);
  }

  show(state) {
    this.root.dataset.state = state;
    for (const element of this.root.querySelectorAll("[data-for]")) element.hidden = !element.dataset.for.split(" ").includes(state);
  }

  get state() {
    return this.root.dataset.state;
  }

  say(text) {
    this.parts.spoken.textContent = text;
  }

  // A line above the composer; onRetry adds a button.
  notice(text, onRetry) {
    this.parts.notice.hidden = !text;
    this.parts["notice-text"].textContent = text ?? "";
    this.parts.retry.hidden = !onRetry;
    this.parts.retry.onclick = onRetry ?? null;
  }

  // The interviewer's words while they come; null when nothing is being written.
  live(text, { still = false } = {}) {
    const { live, dots } = this.parts;
    live.hidden = text === null;
    this.parts["live-text"].textContent = text ?? "";
    this.parts["live-text"].hidden = !text;
    dots.hidden = Boolean(text);
    this.parts.still.hidden = !still || Boolean(text);
    this.keepEnd();
  }

  atEnd() {
    return this.root.getBoundingClientRect().bottom - window.innerHeight < NEAR_PX;
  }

  // Whoever reads further up is left there and told that there is something newer.
  keeping(change) {
    const stay = this.atEnd();
    change();
    if (stay) this.toEnd();
    else this.parts.newer.hidden = false;
  }

  keepEnd() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      if (this.parts.newer.hidden) this.toEnd();
    });
  }

  toEnd(pressed = false) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    // To the field, not to the page's foot below it.
    this.root.scrollIntoView({ block: "end", behavior: pressed && !still ? "smooth" : "auto" });
    this.parts.newer.hidden = true;
  }

  leave() {
    window.removeEventListener("scroll", this.scrolled);
  }
}
