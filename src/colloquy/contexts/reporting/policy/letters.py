"""What reporting wants to know of letters. It does not write them, and who does may not be asked from here.

The composition root provides the answer (`LetterBook`): contexts of one layer are strangers.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """One letter to one person, as it stands in the book. `subject` is None until it was written out."""

    kind: str
    recipient: str
    subject: str | None
    state: str
    at: datetime


class LetterBook(Protocol):
    """Knows which letters were written about somebody."""

    async def about(self, db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> list[WrittenLetter]:
        """The letters about these sessions and links, the oldest first."""
        ...
