// A list that grows: rows are added, removed and moved here instead of by sending the form. Enter in a line of text goes
// on to the next row. data-most: how many there may be; data-label: the name of a row's first field, with {n}.
// Dispatches "rowschange" after each change.

import { gettext } from "../i18n.js";
import { showToast } from "../toasts.js";

export default function rows(element) {
  const list = element.querySelector('[data-part="rows"]');
  if (!list) return; // nothing to choose from yet
  const template = element.querySelector('template[data-part="row"]');
  const adding = element.querySelector('[data-row="add"]');
  const field = (row) => row.querySelector("input:not([type=hidden]), select, textarea");

  // By chance, not the next letter: the row that had it may be gone, and a condition may still name it.
  const newId = () => `n${Math.random().toString(36).slice(2, 8)}`;
  const settle = () => {
    [...list.children].forEach((row, index) => field(row).setAttribute("aria-label", element.dataset.label.replace("{n}", index + 1)));
    adding.disabled = list.children.length >= Number(element.dataset.most);
    element.dispatchEvent(new CustomEvent("rowschange", { bubbles: true }));
  };
  const add = (after) => {
    if (list.children.length >= Number(element.dataset.most)) return;
    const row = template.content.firstElementChild.cloneNode(true);
    if ("id" in row.dataset) row.dataset.id = row.querySelector("[name=option_id]").value = newId();
    if (after) after.after(row);
    else list.append(row);
    field(row).focus();
  };
  const act = {
    add: () => add(null),
    remove: (row) => {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      if (!next) add(row); // the last one leaves an empty one behind
      row.remove();
      if (next) field(next).focus();
    },
    up: (row) => row.previousElementSibling?.before(row),
    down: (row) => row.nextElementSibling?.after(row),
  };
  element.addEventListener("click", (event) => {
    const button = event.target.closest("[data-row]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("li");
    act[button.dataset.row](row);
    settle();
    if (button.dataset.row !== "up" && button.dataset.row !== "down") return;
    button.focus(); // moving takes the focus away
    showToast(gettext("Moved to %(place)s of %(count)s.", { place: [...list.children].indexOf(row) + 1, count: list.children.length }));
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
    event.preventDefault();
    const row = event.target.closest("li");
    row.nextElementSibling ? field(row.nextElementSibling).focus() : add(row);
    settle();
  });
  settle();
}
