"""Forms of these pages, turned into values."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

LEVEL = "level-"
"""A scorecard's fields are named by this and the competency's key."""


async def _sent(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


SentText = Annotated[dict[str, str], Depends(_sent)]
"""The form's text fields; of several with one name the last."""


def scorecard_levels(sent: dict[str, str]) -> dict[str, int | None]:
    """Levels by competency key. What is no number becomes 0, which scoring refuses in words."""
    return {
        name.removeprefix(LEVEL): _level(value)
        for name, value in sent.items()
        if name.startswith(LEVEL) and value != ""
    }


def _level(value: str) -> int:
    return int(value) if len(value) == 1 and value.isdecimal() else 0
