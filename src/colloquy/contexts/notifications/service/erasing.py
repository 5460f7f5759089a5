"""Erasing what was written about a candidate: to the candidate, and to the team, whose letters name the candidate."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.notifications import queries
from colloquy.contexts.retention import public as retention
from colloquy.kit.db import Scope
from colloquy.kit.jobs import enqueue


async def erase_about(db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> None:
    """Removes all letters about these sessions and links; the files, where letters are files, by a job.

    Letters that a mail server took over are out of our hands.
    """
    gone = await queries.delete_about(db, scope, ids)
    letters = [message_id for _id, message_id in gone]
    # A try that failed says why, in a mail server's words, which often repeat the address.
    await retention.clear_queue(db, scope, [sending_id for sending_id, _message_id in gone])
    if letters:
        await enqueue(db, "notifications.erase", org_id=scope.org_id, message_ids=sorted(letters))
