"""The tables as rows, for a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from colloquy.contexts.impact.policy.categories import race_name, sex_name
from colloquy.contexts.impact.policy.rates import Kind, Line, Table, Tables
from colloquy.contexts.impact.service.report import Impact

NOT_AN_AUDIT = "This is not an independent audit."
HEAD = (
    "kind", "table", "sex", "race_or_ethnicity", "people", "reached", "rate", "impact_ratio", "under_four_fifths",
    "fisher_p", "small", "under_two_percent", "hidden",
)  # fmt: skip


def impact_csv(found: Impact) -> str:
    """RFC 4180 with a byte order mark. The first line says what it is not; people in no category have a line each."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    rows = csv.writer(out)
    rows.writerow([NOT_AN_AUDIT])
    rows.writerow(HEAD)
    for made in (found.selection, found.scoring):
        if made is not None:
            rows.writerows(_rows(made))
    return out.getvalue()


def _rows(made: Tables) -> Iterator[list[object]]:
    for name, table in (("sex", made.by_sex), ("race_or_ethnicity", made.by_race), ("both", made.by_both)):
        for line in table.lines:
            yield _row(made.kind, name, line)
        yield _unknown(made.kind, name, table)


def _row(kind: Kind, name: str, line: Line) -> list[object]:
    return [
        kind.value,
        name,
        sex_name(line.sex) if line.sex else "",
        race_name(line.race) if line.race else "",
        "" if line.people is None else line.people,
        "" if line.reached is None else line.reached,
        "" if line.rate is None else f"{line.rate:.4f}",
        "" if line.ratio is None else f"{line.ratio:.3f}",
        str(line.under_four_fifths).lower(),
        "" if line.p is None else f"{line.p:.4f}",
        str(line.small).lower(),
        str(line.under_two_percent).lower(),
        str(line.hidden).lower(),
    ]


def _unknown(kind: Kind, name: str, table: Table) -> list[object]:
    return [kind.value, name, "unknown", "unknown", table.unknown, *[""] * (len(HEAD) - 5)]
