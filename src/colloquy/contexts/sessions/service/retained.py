"""Until when what of a session is kept, and what has gone already: for the candidate and for the company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.service import holding
from colloquy.contexts.sessions.service.retention import days_of
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Kept:
    """When each clock ends, or has ended. `held`: a legal hold is on it, and none of the days counts."""

    media_until: date
    words_until: date
    record_until: date
    logs_until: date
    media_ended_at: datetime | None
    words_ended_at: datetime | None
    held: bool


async def kept(db: AsyncSession, scope: Scope, session_id: UUID) -> Kept | None:
    """The session's clocks; None when it is not there."""
    row = await queries.session(db, scope, session_id)
    interview = None if row is None else await interviews.interview(db, scope, row.interview_id)
    if row is None or interview is None:
        return None
    ends = retention.ends(await days_of(db, row, interview), row.opened_at, row.completed_at)
    clocks = (await retention.session_clocks(db, scope, [row.id], interview.retention_days))[row.id]
    return Kept(
        media_until=ends[retention.Clock.MEDIA].date(),
        words_until=ends[retention.Clock.WORDS].date(),
        record_until=ends[retention.Clock.RECORD].date(),
        logs_until=ends[retention.Clock.LOGS].date(),
        media_ended_at=clocks.media_ended_at,
        words_ended_at=clocks.words_ended_at,
        held=await holding.is_held(db, scope, session_id),
    )
