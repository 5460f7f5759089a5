"""What sessions do when recordings and transcripts are ready, and when a session's time is over."""

from __future__ import annotations

from uuid import UUID

from colloquy.contexts.media.events import MediaProcessed, MediaRefused, TranscriptFailed, TranscriptReady
from colloquy.contexts.sessions.service import deadline, progress, retention
from colloquy.kit.db import Database, Scope
from colloquy.kit.events import Handler
from colloquy.kit.jobs import Job
from colloquy.providers.storage.spool import UploadSpool


async def end_retention(database: Database, *, org_id: UUID, session_id: UUID) -> None:
    """Erases a session that was kept as long as its candidate was told."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await retention.end(db, scope, session_id)


async def end_time(database: Database, spool: UploadSpool, *, org_id: UUID, session_id: UUID) -> None:
    """Hands in what is there when the time for the whole interview is over."""
    await deadline.end_time(database, spool, Scope(org_id), session_id)


async def expire(database: Database, *, org_id: UUID, session_id: UUID) -> None:
    """Ends a session whose time to answer is over."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await deadline.expire(db, scope, session_id)


JOBS = (
    Job("sessions.end_retention", end_retention),
    Job("sessions.end_time", end_time),
    Job("sessions.expire", expire),
)

HANDLERS = (
    Handler("sessions.media_processed", MediaProcessed, progress.media_processed),
    Handler("sessions.media_refused", MediaRefused, progress.media_refused),
    Handler("sessions.transcript_ready", TranscriptReady, progress.transcript_ready),
    Handler("sessions.transcript_failed", TranscriptFailed, progress.transcript_failed),
)
