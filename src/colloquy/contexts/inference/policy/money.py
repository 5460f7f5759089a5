"""Amounts as people write them: dollars, with a point or a comma; inside, millionths of a dollar."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

MICRO: Final = 1_000_000
MOST_MICRODOLLARS: Final = 10**13


def microdollars(text: str) -> int | None:
    """The amount; None for nothing written. ValueError when it is not an amount from 0 to ten million dollars."""
    text = text.strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", "").removeprefix("$").removesuffix("$")
    if not text:
        return None
    try:
        amount = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not amount.is_finite() or not 0 <= amount * MICRO <= MOST_MICRODOLLARS:
        raise ValueError(text)
    return int(amount * MICRO)


def written(amount: int | None) -> str:
    """The amount as it is written into a form: with no more decimals than it needs, and at least two for cents."""
    if amount is None:
        return ""
    dollars = Decimal(amount) / MICRO
    return f"{dollars:.2f}" if amount % (MICRO // 100) == 0 else f"{dollars.normalize():f}"
