// A choice among the options that are being written in the same form: it follows their texts, and loses those that go.
// data-tests: [[operator, "words with {value}"]]; data-unnamed: what an option without a text is called, with {n}.

export default function optionNames(element) {
  const form = element.closest("form");
  const select = element.querySelector("select");
  const tests = JSON.parse(element.dataset.tests);

  const show = () => {
    const chosen = select.value;
    const written = [...form.querySelectorAll('li[data-id]:has([name="option_text"])')].flatMap((row, index) => {
      const text = row.querySelector('[name="option_text"]').value.trim() || element.dataset.unnamed.replace("{n}", index + 1);
      return tests.map(([operator, words]) => new Option(words.replace("{value}", text), `${operator}:${row.dataset.id}`));
    });
    select.replaceChildren(select.options[0], ...written);
    select.value = written.some((option) => option.value === chosen) ? chosen : "";
  };
  const typed = (event) => { if (event.target.name === "option_text") show(); };
  form.addEventListener("input", typed);
  form.addEventListener("rowschange", show);
  return () => {
    form.removeEventListener("input", typed);
    form.removeEventListener("rowschange", show);
  };
}
