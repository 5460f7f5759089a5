// "3 hours ago" with the exact time on hover; data-exact shows the exact time in the reader's zone instead.

import { locale } from "../i18n.js";

const UNITS = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

export function relative(seconds, language) {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return format.format(0, "second");
}

export default function timeAgo(element) {
  const language = locale();
  const moment = new Date(element.dateTime);
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(moment);
  if (element.dataset.exact !== undefined) {
    element.textContent = exact;
    return undefined;
  }
  element.title = exact;
  const show = () => { element.textContent = relative((moment - Date.now()) / 1000, language); };
  show();
  const timer = setInterval(show, 30000);
  return () => clearInterval(timer);
}
