// Shows a short message at the foot of the page; assistive technology reads it, as the region is live.

import { gettext } from "./i18n.js";

const SHAPES = { x: '<path d="M18 6 6 18"/><path d="m6 6 12 12"/>' };

export function showToast(text, { tone = "" } = {}) {
  const region = document.getElementById("toasts");
  if (!region) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.controller = "toast";
  toast.dataset.tone = tone;
  const words = document.createElement("span");
  words.className = "grow";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-quiet button-small button-icon";
  close.dataset.part = "close";
  close.setAttribute("aria-label", gettext("Close"));
  close.innerHTML = `<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" aria-hidden="true">${SHAPES.x}</svg>`;
  toast.append(words, close);
  region.append(toast);
}
