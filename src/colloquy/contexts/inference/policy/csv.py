"""Figures as a table: RFC 4180 (CRLF, quotes doubled), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from colloquy.kit.spreadsheet import guarded

Cell = str | int | None


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8, a row a line. Names of models and keys are what somebody typed; numbers stay numbers."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, dialect="excel", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return sheet.getvalue().encode()


def _cell(value: Cell) -> str | int:
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else value
