"""Background work on reports."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.reporting.service import build, forget
from colloquy.contexts.scoring.events import InterviewScored
from colloquy.contexts.sessions.events import WordsForgotten
from colloquy.contexts.sessions.public import SessionNotFound
from colloquy.kit.db import Database, Scope
from colloquy.kit.events import Handler
from colloquy.kit.jobs import Job, enqueue


async def scored(db: AsyncSession, event: InterviewScored) -> None:
    """A session has numbers, or the reason why it has none: its report is due."""
    await enqueue(db, "reporting.build", org_id=event.org_id, session_id=event.session_id, version=event.score_version)


async def build_report(database: Database, *, org_id: UUID, session_id: UUID, version: int) -> None:
    """Writes the report of one version of the score; of a session that was erased meanwhile there is none."""
    scope = Scope(org_id)
    with suppress(SessionNotFound):
        async with database.begin(scope) as db:
            await build.build(db, scope, session_id, version)


JOBS = (Job("reporting.build", build_report),)
HANDLERS = (
    Handler("reporting.scored", InterviewScored, scored),
    Handler("reporting.words_forgotten", WordsForgotten, forget.words_forgotten),
)
