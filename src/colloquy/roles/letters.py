"""Reporting reads in notifications' book: neither knows the other, this module knows both."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.notifications import public as notifications
from colloquy.contexts.reporting.public import WrittenLetter
from colloquy.kit.db import Scope


class Letters:
    """The `LetterBook` of reporting."""

    async def about(self, db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> list[WrittenLetter]:
        """The letters about these sessions and links, the oldest first."""
        return [
            WrittenLetter(one.kind.value, one.recipient, one.subject, one.state.value, one.at)
            for one in await notifications.letters_about(db, scope, ids)
        ]
