"""Figures as a table: RFC 4180 (CRLF, quotes doubled), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | None
# OWASP "CSV Injection": a cell that begins so is a formula; the full-width forms are read as their narrow ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


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
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
