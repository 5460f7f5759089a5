"""What inference does by itself: forgets the answers it keeps when their hour is over."""

from __future__ import annotations

from uuid import UUID

from colloquy.contexts.inference.service import keeping
from colloquy.kit import clock
from colloquy.kit.db import Database, Scope
from colloquy.kit.jobs import Job


async def forget(database: Database, *, org_id: UUID) -> None:
    """Removes an organisation's kept answers whose hour is over."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await keeping.forget(db, scope, clock.now())


JOBS = (Job(keeping.FORGET, forget),)
