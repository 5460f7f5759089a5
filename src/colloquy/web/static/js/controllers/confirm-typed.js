// What cannot be undone is done only after its name was typed; the server checks the phrase again.

export default function confirmTyped(element) {
  const field = element.querySelector('input[type="text"]');
  const button = element.querySelector('button[type="submit"]');
  const check = () => { button.disabled = field.value.trim() !== element.dataset.phrase; };
  field.addEventListener("input", check);
  check();
}
