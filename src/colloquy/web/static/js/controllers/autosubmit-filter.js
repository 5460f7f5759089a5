// A filter form that applies itself: choices at once, typed text after a pause. The address keeps the filter.

const PAUSE_MS = 350;

export default function autosubmitFilter(form) {
  let timer;
  const apply = () => {
    clearTimeout(timer);
    form.requestSubmit();
  };
  form.addEventListener("change", (event) => { if (!event.target.matches('[type="search"], [type="text"]')) apply(); });
  form.addEventListener("input", (event) => {
    if (!event.target.matches('[type="search"], [type="text"]')) return;
    clearTimeout(timer);
    timer = setTimeout(apply, PAUSE_MS);
  });
  // Empty fields would only lengthen the address.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
  return () => clearTimeout(timer);
}
