"""Cells of tables that are opened in a spreadsheet: what somebody typed must not become a formula there."""

from __future__ import annotations

from typing import Final

# OWASP "CSV Injection": a cell that begins so is a formula to Excel, LibreOffice or Google Sheets; the
# full-width forms are read as their narrow ones under East Asian locales.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would calculate it."""
    return f"'{text}" if text.startswith(_FORMULA) else text
