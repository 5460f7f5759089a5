"""The end of retention: the day on which a session is erased by itself, as its candidate was told.

Each session has one job for it, which waits until the day, looks again, and puts itself off when the session was
completed meanwhile. One chain, not a job at the start and another at the end: there is nothing to keep in step.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.policy import rules
from colloquy.contexts.sessions.service import erase
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.jobs import enqueue


async def erase_at(db: AsyncSession, scope: Scope, session_id: UUID, at: datetime) -> None:
    """Has the session looked at then."""
    await enqueue(db, "sessions.end_retention", at=at, org_id=scope.org_id, session_id=session_id)


async def end(db: AsyncSession, scope: Scope, session_id: UUID) -> bool:
    """Erases the session when its time is over, and comes back later when it is not. True when it was erased now."""
    row = await queries.lock_session(db, scope, session_id)
    if row is None:
        return False
    interview = await interviews.interview(db, scope, row.interview_id)
    if interview is not None:
        ends_at = rules.kept_until(row.opened_at, row.completed_at, interview.retention_days)
        if clock.now() < ends_at:
            await erase_at(db, scope, session_id, ends_at)
            return False
    return await erase.erase(db, scope, session_id, why=erase.Why.RETENTION) is not None
