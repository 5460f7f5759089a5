"""What sessions do when recordings and transcripts are ready, and when a session's time is over."""

from __future__ import annotations

from uuid import UUID

from colloquy.contexts.media.events import MediaProcessed, MediaRefused, TranscriptFailed, TranscriptReady
from colloquy.contexts.retention import public as retaining
from colloquy.contexts.sessions.service import asking, certify, deadline, progress, retention
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.events import Handler
from colloquy.kit.jobs import Job
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.storage.spool import UploadSpool


async def end_retention(database: Database, *, org_id: UUID, session_id: UUID) -> None:
    """Ends the clocks of a session whose time is over, the last of which erases it."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await retention.end(db, scope, session_id)


async def sweep_retention(database: Database, *, org_id: UUID) -> None:
    """Looks at all sessions of an organisation whose days were changed."""
    await retention.sweep(database, Scope(org_id))


async def erase_requested(database: Database, *, org_id: UUID, request_id: UUID) -> None:
    """Erases what was asked for and confirmed."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await asking.carry_out(db, scope, request_id)


async def certify_erasure(
    database: Database, store: ObjectStore, spool: UploadSpool, secret: Secret, *, org_id: UUID, request_id: UUID
) -> None:
    """Looks for whatever is left, and signs the certificate when nothing is."""
    await certify.look_over(database, store, spool, secret, Scope(org_id), request_id)


async def holds_ended(database: Database, *, org_id: UUID) -> None:
    """Carries out what waited for a legal hold that was released."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await asking.holds_ended(db, scope)
    await retention.sweep(database, scope)


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
    Job("sessions.sweep_retention", sweep_retention, queue=retaining.ERASURE_QUEUE),
    Job("sessions.erase_requested", erase_requested, queue=retaining.ERASURE_QUEUE),
    Job("sessions.certify_erasure", certify_erasure, queue=retaining.ERASURE_QUEUE),
    Job("sessions.holds_ended", holds_ended, queue=retaining.ERASURE_QUEUE),
    Job("sessions.end_time", end_time),
    Job("sessions.expire", expire),
)

HANDLERS = (
    Handler("sessions.media_processed", MediaProcessed, progress.media_processed),
    Handler("sessions.media_refused", MediaRefused, progress.media_refused),
    Handler("sessions.transcript_ready", TranscriptReady, progress.transcript_ready),
    Handler("sessions.transcript_failed", TranscriptFailed, progress.transcript_failed),
)
