// "412 of 2,000" under a text field, read out only near the end so that it does not talk over the writing.

import { gettext, locale } from "../i18n.js";

export default function charCount(element) {
  const field = element.querySelector("textarea, input");
  const count = element.querySelector('[data-part="count"]');
  const number = new Intl.NumberFormat(locale());
  const show = () => {
    const used = field.value.length;
    const limit = field.maxLength; // read each time: the room sets it per question
    count.textContent = limit > 0 ? gettext("%(used)s of %(limit)s", { used: number.format(used), limit: number.format(limit) }) : number.format(used);
    count.setAttribute("aria-live", limit > 0 && used > limit * 0.9 ? "polite" : "off");
  };
  field.addEventListener("input", show);
  show();
  return () => field.removeEventListener("input", show);
}
