// Copies a field's value. Where the clipboard is closed (plain http), the text is selected for the person to copy.

import { gettext } from "../i18n.js";
import { showToast } from "../toasts.js";

export default function copy(element) {
  const field = element.querySelector("input, textarea");
  const words = element.querySelector("button span");
  const before = words.textContent;
  let timer;
  element.querySelector("button").addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      showToast(gettext("Selected. Press Ctrl+C or ⌘C to copy."));
      return;
    }
    words.textContent = element.dataset.done ?? gettext("Copied");
    showToast(words.textContent);
    clearTimeout(timer);
    timer = setTimeout(() => { words.textContent = before; }, 2000);
  });
  return () => clearTimeout(timer);
}
