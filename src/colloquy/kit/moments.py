"""Moments as programs send them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field


def _written(value: Any) -> Any:
    """Pydantic takes a number for seconds, or for milliseconds if it is large: what was meant is not guessed here."""
    if isinstance(value, (bool, int, float)):
        raise ValueError("Write the moment as text, like 2026-12-31T18:00:00Z.")  # noqa: TRY004 - Pydantic's way
    return value


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written)]
"""RFC 3339 text with its offset from UTC."""
