// A form is sent once: a second press while it is on its way does nothing, and the button says that it works.

export default function form(element) {
  const restore = () => {
    delete element.dataset.sending;
    for (const button of element.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  };
  element.addEventListener("submit", (event) => {
    if (element.dataset.sending !== undefined) {
      event.preventDefault();
      return;
    }
    element.dataset.sending = "";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // The page may come back from the browser's memory with the form still marked.
  window.addEventListener("pageshow", restore);
  return () => window.removeEventListener("pageshow", restore);
}
