// Items that move: dragged by their handle, or with ↑ and ↓ while the handle has the focus. After each move the new
// order is posted to data-url as {"order": [ids]}; when that fails, the former order comes back.

import { send } from "../http.js";
import { gettext } from "../i18n.js";
import { showToast } from "../toasts.js";

export default function reorder(list) {
  const items = () => [...list.children].filter((item) => item.dataset.id);
  const order = () => items().map((item) => item.dataset.id);
  let kept = order();
  let dragged = null;

  const save = async (item) => {
    const now = order();
    if (now.join() === kept.join()) return;
    showToast(gettext("Moved to %(place)s of %(number)s.", { place: now.indexOf(item.dataset.id) + 1, number: now.length }));
    try {
      await send("POST", list.dataset.url, { order: now });
      kept = now;
      list.dispatchEvent(new CustomEvent("reordered", { bubbles: true, detail: { order: now } }));
    } catch (error) {
      for (const id of kept) list.append(items().find((one) => one.dataset.id === id));
      showToast(`${gettext("The order was not saved.")} ${error.message}`, { tone: "bad" });
    }
  };
  list.addEventListener("keydown", (event) => {
    const handle = event.target.closest(".sortable-handle");
    if (!handle || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    const item = handle.closest("[data-id]");
    const other = event.key === "ArrowUp" ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    // The neighbour is moved, not the item: the focus would be lost with it.
    if (event.key === "ArrowUp") item.after(other);
    else item.before(other);
    save(item);
  });
  const drag = (event) => {
    const middle = (item) => { const box = item.getBoundingClientRect(); return box.top + box.height / 2; };
    const next = items().filter((item) => item !== dragged).find((item) => event.clientY < middle(item));
    if (!next) { if (list.lastElementChild !== dragged) list.append(dragged); }
    else if (dragged.nextElementSibling !== next) next.before(dragged);
  };
  const drop = () => {
    for (const [name, act] of watched) window.removeEventListener(name, act);
    delete dragged.dataset.dragging;
    save(dragged);
    dragged = null;
  };
  // On the window: a node that moves in the document loses its pointer, and the hand may leave the list.
  const watched = [["pointermove", drag], ["pointerup", drop], ["pointercancel", drop]];
  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".sortable-handle");
    if (!handle || event.button !== 0 || dragged) return;
    event.preventDefault();
    handle.focus();
    dragged = handle.closest("[data-id]");
    dragged.dataset.dragging = "";
    for (const [name, act] of watched) window.addEventListener(name, act);
  });
}
