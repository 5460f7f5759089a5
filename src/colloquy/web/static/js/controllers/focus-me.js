// Takes the focus when it appears: an error summary is read out and the next Tab goes to its first link.

export default function focusMe(element) {
  element.focus();
}
