"""Candidates as they are picked on the board and named in addresses."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID


def picked(values: Iterable[str]) -> list[UUID]:
    """The ids in these values, each of which may hold several with commas between; what is no id is left out."""
    found: dict[UUID, None] = {}
    for value in values:
        for part in value.split(","):
            try:
                found[UUID(part.strip())] = None
            except ValueError:
                continue
    return list(found)
