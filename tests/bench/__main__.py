"""All measurements: each bench as a process of its own, one after another, then one table.

    python -m tests.bench [start storage tus pipeline report_pdf reads chat] [--quick] [--json FILE] [--markdown FILE]

Figures go to `var/bench/latest.json` (or FILE): those of benches that did not run this time stay as they were, with
the time and the conditions of their own run. `--markdown` writes the table between the markers of that page;
`--markdown FILE --no-run` writes it again from the figures that are there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from tests.bench import table

QUICK: dict[str, tuple[str, ...]] = {
    "start": (),
    "storage": ("--mebibytes", "64", "--rounds", "3"),
    "tus": ("--mebibytes", "64"),
    "pipeline": ("--rounds", "3", "--spoken", "1"),
    "report_pdf": ("--rounds", "10"),
    "reads": ("--requests", "400", "--rounds", "2", "--sessions", "10"),
    "chat": ("--streams", "30", "--rounds", "2", "--requests", "20"),
}
LATEST = Path("var/bench/latest.json")
BEGIN, END = "<!-- figures: written by python -m tests.bench --markdown -->", "<!-- end of figures -->"
BUSY = 0.5
"""Processes waiting for each core before the run, above which the machine counts as busy."""


def conditions(*, quick: bool) -> dict[str, Any]:
    """Under which circumstances a bench ran: what makes two figures comparable, or not."""
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0]
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "quick": quick,
        "cores": cores,
        "load_before": round(load, 1),
        "busy": load / cores > BUSY,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def run(name: str, *, quick: bool) -> dict[str, Any] | None:
    """Figures and conditions of one bench; None, and why on standard error, when it failed."""
    around = conditions(quick=quick)
    began = time.monotonic()
    command = [sys.executable, "-m", f"tests.bench.bench_{name}", *(QUICK[name] if quick else ())]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    # Warnings of the product may come first; the figures are the last JSON object and begin a line.
    _, brace, document = ("\n" + done.stdout).partition("\n{")
    if done.returncode or not brace:
        sys.stderr.write(f"{name} failed with status {done.returncode}\n{done.stdout[-2000:]}\n")
        return None
    return {"conditions": {**around, "seconds": round(time.monotonic() - began)}, "figures": json.loads("{" + document)}


def shown(results: dict[str, Any]) -> Table:
    """The table for a terminal."""
    drawn = Table("Figure", "Ours", "Bare", "Ratio", "Goal", "Met?", title="Measured")
    for name, rows in table.ROWS.items():
        for row in rows(results[name]["figures"]) if name in results else ():
            drawn.add_row(row.what, row.ours, row.bare, row.ratio, row.goal, row.verdict)
    return drawn


def page(results: dict[str, Any], before: str = "") -> str:
    """What goes between the markers of the page; a bench without results keeps the lines it had `before`."""
    lines = [table.HEAD]
    runs = []
    had = before.splitlines()
    for name, rows in table.ROWS.items():
        if name not in results:
            lines += [line for line in had if line.startswith("|") and line.endswith(f" {name}` |")]
            runs += [line for line in had if line.startswith(f"- `{name}`:")]
            continue
        around = results[name]["conditions"]
        command = "python -m tests.bench" + (" --quick" if around["quick"] else "")
        lines += table.markdown(name, list(rows(results[name]["figures"])), command)
        kind = "a quick run, few rounds" if around["quick"] else "a full run"
        state = "a **busy** machine, so wall times say little" if around["busy"] else "a quiet machine"
        runs.append(
            f"- `{name}`: {around['at']}, {kind} on {state} (load {around['load_before']} on {around['cores']} cores, "
            f"Python {around['python']}, {around['system']})."
        )
    return "\n".join([*lines, "", "Conditions of each run:", "", *runs])


def write_page(path: Path, results: dict[str, Any]) -> None:
    """Replaces what is between the markers; SystemExit when the page has none."""
    text = path.read_text()
    before, begin, rest = text.partition(BEGIN)
    old, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{path} lacks the lines {BEGIN!r} and {END!r}.")
    path.write_text(f"{before}{BEGIN}\n\n{page(results, old)}\n\n{END}{after}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="All measurements, one after another.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of: {', '.join(table.ROWS)}")
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds")
    parser.add_argument("--json", type=Path, default=LATEST, help="where the figures go")
    parser.add_argument("--markdown", type=Path, help="a page whose table of figures is written anew")
    parser.add_argument("--no-run", action="store_true", help="show the figures that are there")
    given = parser.parse_args()
    if unknown := set(given.names) - set(table.ROWS):
        parser.error(f"There is no bench {', '.join(sorted(unknown))}; there are {', '.join(table.ROWS)}.")
    results: dict[str, Any] = json.loads(given.json.read_text()) if given.json.exists() else {}
    failed = []
    for name in [] if given.no_run else given.names or table.ROWS:
        sys.stderr.write(f"{name} …\n")
        found = run(name, quick=given.quick)
        if found is None:
            failed.append(name)
            continue
        results[name] = found
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(results, indent=2) + "\n")
    Console(width=None if sys.stdout.isatty() else 160).print(shown(results))
    if given.markdown:
        write_page(given.markdown, results)
    if failed:
        raise SystemExit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
