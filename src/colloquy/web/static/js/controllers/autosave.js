// Saves a field as {"<name>": value} to data-url (data-method, PATCH by default) shortly after the writing stops,
// and says so. What could not be saved is tried again; leaving the page sends what is left.

import { send } from "../http.js";
import { gettext } from "../i18n.js";

const PAUSE_MS = 800;
const AGAIN_MS = 5000;

export default function autosave(element) {
  const field = element.querySelector("textarea, input, select");
  const state = element.querySelector('[data-part="state"]');
  let saved = field.value;
  let timer;
  const say = (name, text) => {
    if (!state) return;
    state.dataset.state = name;
    state.textContent = text;
  };
  const save = async ({ leaving = false } = {}) => {
    clearTimeout(timer);
    const value = field.value;
    if (value === saved) return;
    say("saving", gettext("Saving…"));
    try {
      await send(element.dataset.method ?? "PATCH", element.dataset.url, { [field.name]: value }, { keepalive: leaving });
      saved = value;
      if (field.value === value) say("saved", gettext("Saved"));
    } catch (error) {
      const again = error.status === 0 || error.status >= 500 || error.status === 429;
      say("failed", again ? gettext("Not saved yet. Trying again…") : error.message);
      if (again) timer = setTimeout(save, AGAIN_MS);
    }
  };
  const later = () => {
    clearTimeout(timer);
    say("edited", "");
    timer = setTimeout(save, PAUSE_MS);
  };
  const leave = () => { if (document.visibilityState === "hidden") save({ leaving: true }); };
  field.addEventListener("input", later);
  field.addEventListener("change", () => save());
  document.addEventListener("visibilitychange", leave);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", leave);
  };
}
