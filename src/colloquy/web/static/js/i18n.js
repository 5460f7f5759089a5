// Sentences in the page's language. English is in the code; for another language the page carries the scripts'
// messages as JSON (see layouts/base.html). Values are put in by name: gettext("Saved %(done)s MB", { done }).

const known = (() => {
  const element = document.getElementById("messages");
  return element ? JSON.parse(element.textContent) : { messages: {}, plural: {} };
})();

const page = () => document.documentElement.lang || "en";

// The page's language, written as the reader's region writes it: 18:00 in Britain, 6 PM in the States.
export const locale = () => navigator.languages.find((one) => one.split("-")[0] === page().split("-")[0]) ?? page();

const filled = (text, values) => (values ? text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole)) : text);

export function gettext(message, values) {
  const said = known.messages[message];
  return filled(typeof said === "string" ? said : message, values);
}

// The form that goes with `number`, which is also %(num)s, written as the language writes numbers.
export function ngettext(one, many, number, values) {
  const forms = known.messages[one];
  const text = Array.isArray(forms)
    ? forms[known.plural[new Intl.PluralRules(page()).select(number)] ?? forms.length - 1]
    : (number === 1 ? one : many);
  return filled(text, { num: new Intl.NumberFormat(locale()).format(number), ...values });
}
