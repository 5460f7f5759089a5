// `?` opens the list of shortcuts, `/` goes to the search field. Keys typed into a field stay text.

export const typing = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.isComposing ||
  event.target.closest?.('input:not([type="radio"], [type="checkbox"], [type="range"]), textarea, select, [contenteditable="true"]');

export default function shortcuts(element) {
  const dialog = element.closest("dialog");
  const onKey = (event) => {
    if (typing(event)) return;
    if (event.key === "?" && !dialog.open) dialog.showModal();
    if (event.key !== "/") return;
    const search = document.querySelector('input[type="search"]');
    if (!search) return;
    event.preventDefault();
    search.focus();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
