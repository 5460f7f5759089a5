"""Moments and days as programs send them."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field


def _written(value: Any) -> Any:
    """Pydantic takes a number for seconds, or for milliseconds if it is large: what was meant is not guessed here."""
    if isinstance(value, (bool, int, float)):
        raise ValueError("Write the moment as text, like 2026-12-31T18:00:00Z.")  # noqa: TRY004 - Pydantic's way
    return value


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written)]
"""RFC 3339 text with its offset from UTC."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _a_day(value: Any) -> Any:
    """Pydantic takes `0` in an address for a day in 1970, and a moment at midnight for its day."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("Write the day as text, like 2026-12-31.")


Day = Annotated[date, Field(strict=False), BeforeValidator(_a_day)]
"""A full-date of RFC 3339, in an address or a body."""
