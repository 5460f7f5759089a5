"""What the log wants to know of the things that entries are about. It may not ask their contexts, which lie above.

The composition root provides the answer (`SubjectBook`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit.db import Scope

Key = tuple[str, UUID]
"""Kind and id, as entries have them."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing that is still there: what people call it, and its page."""

    name: str
    address: str


class SubjectBook(Protocol):
    """Knows which things are still there."""

    async def find(self, db: AsyncSession, scope: Scope, keys: Collection[Key]) -> dict[Key, Subject]:
        """Those among `keys` that exist and have a page; all others are left out."""
        ...
