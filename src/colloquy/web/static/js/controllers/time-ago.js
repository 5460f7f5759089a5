// "3 hours ago" with the exact time on hover; data-exact shows the exact time in the reader's zone instead.

const UNITS = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

export function relative(seconds, language) {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return format.format(0, "second");
}

export default function timeAgo(element) {
  // The page's language, written as the reader's region writes it: 18:00 in Britain, 6 PM in the States.
  const page = document.documentElement.lang || undefined;
  const language = navigator.languages.find((one) => one.split("-")[0] === page) ?? page;
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
