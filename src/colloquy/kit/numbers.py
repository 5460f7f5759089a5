"""Whole numbers that somebody typed."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = 16
"""More than any number of ours has, and far fewer than the 4,300 at which Python refuses to read one as an error."""


def whole(text: str) -> int | None:
    """The number that up to 16 decimal digits say, of any script; None for anything else, a sign or a space too."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None
