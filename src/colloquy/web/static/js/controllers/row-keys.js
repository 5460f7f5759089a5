// Rows that lead somewhere: <tr data-href> opens on a press and on Enter; ↑ and ↓ walk the rows' links.

export default function rowKeys(table) {
  const links = () => [...table.querySelectorAll("tbody tr a[href]:first-of-type")].filter((link) => link === link.closest("tr").querySelector("a[href]"));
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-href]");
    if (!row || event.target.closest("a, button, input, label, summary, select") || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else location.assign(row.dataset.href);
  });
  table.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const all = links();
    const here = all.indexOf(document.activeElement?.closest("tr")?.querySelector("a[href]"));
    const next = all[here + (event.key === "ArrowDown" ? 1 : -1)];
    if (here === -1 || !next) return;
    event.preventDefault();
    next.focus();
  });
}
