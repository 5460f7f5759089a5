"""The only SQL of the media context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media.models import RecordingRow, TranscriptRow
from colloquy.kit.db import Scope


async def recording(db: AsyncSession, scope: Scope, recording_id: UUID) -> RecordingRow | None:
    """The row, or None when it is not this tenant's."""
    return await db.scalar(
        select(RecordingRow).where(RecordingRow.org_id == scope.org_id, RecordingRow.id == recording_id)
    )


async def recording_of_upload(db: AsyncSession, scope: Scope, upload_hash: bytes) -> RecordingRow | None:
    """The recording whose upload has this address."""
    return await db.scalar(
        select(RecordingRow).where(RecordingRow.org_id == scope.org_id, RecordingRow.upload_hash == upload_hash)
    )


async def lock_recording(db: AsyncSession, scope: Scope, recording_id: UUID) -> RecordingRow | None:
    """The row, locked until the transaction ends and read afresh."""
    return await db.scalar(
        select(RecordingRow)
        .where(RecordingRow.org_id == scope.org_id, RecordingRow.id == recording_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def recordings(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> Sequence[RecordingRow]:
    """The rows among `ids` that are this tenant's, in no order."""
    found = await db.scalars(
        select(RecordingRow).where(RecordingRow.org_id == scope.org_id, RecordingRow.id.in_(list(ids)))
    )
    return found.all()


async def stored_keys(db: AsyncSession, scope: Scope) -> list[str]:
    """The keys of all objects that the tenant's rows speak of."""
    columns = (RecordingRow.original_key, RecordingRow.audio_key, RecordingRow.playback_key, RecordingRow.thumbnail_key)
    rows = await db.execute(select(*columns).where(RecordingRow.org_id == scope.org_id))
    return [key for row in rows for key in row if key is not None]


async def scan_counts(db: AsyncSession, scope: Scope) -> tuple[dict[str, int], int]:
    """How many recordings and files have each state of scanning, and how many wait for the scanner."""
    state = RecordingRow.facts["scan"].astext
    rows = await db.execute(
        select(state, func.count()).where(RecordingRow.org_id == scope.org_id, state.is_not(None)).group_by(state)
    )
    waiting = await db.scalar(
        select(func.count()).where(
            RecordingRow.org_id == scope.org_id,
            RecordingRow.state == "processing",
            RecordingRow.reason_code == "waiting_for_scan",
        )
    )
    return {row[0]: row[1] for row in rows}, waiting or 0


async def receiving(db: AsyncSession, scope: Scope, before: datetime) -> Sequence[RecordingRow]:
    """Uploads that began before `before` and have not ended."""
    found = await db.scalars(
        select(RecordingRow).where(
            RecordingRow.org_id == scope.org_id,
            RecordingRow.state == "receiving",
            RecordingRow.created_at < before,
        )
    )
    return found.all()


async def delete_recordings(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> Sequence[UUID]:
    """Removes those among `ids` that are this tenant's, with their transcripts; which ones there were."""
    gone = await db.scalars(
        delete(RecordingRow)
        .where(RecordingRow.org_id == scope.org_id, RecordingRow.id.in_(list(ids)))
        .returning(RecordingRow.id)
    )
    return gone.all()


async def delete_transcripts(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> int:
    """Removes every version of the transcripts of these recordings; how many."""
    gone = await db.scalars(
        delete(TranscriptRow)
        .where(TranscriptRow.org_id == scope.org_id, TranscriptRow.recording_id.in_(list(ids)))
        .returning(TranscriptRow.version)
    )
    return len(gone.all())


async def transcript(db: AsyncSession, scope: Scope, recording_id: UUID) -> TranscriptRow | None:
    """The newest version of the transcript."""
    return await db.scalar(
        select(TranscriptRow)
        .where(TranscriptRow.org_id == scope.org_id, TranscriptRow.recording_id == recording_id)
        .order_by(TranscriptRow.version.desc())
        .limit(1)
    )


async def transcripts(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> Sequence[TranscriptRow]:
    """The newest versions for several recordings."""
    found = await db.scalars(
        select(TranscriptRow)
        .where(TranscriptRow.org_id == scope.org_id, TranscriptRow.recording_id.in_(list(ids)))
        .ext(distinct_on(TranscriptRow.recording_id))
        .order_by(TranscriptRow.recording_id, TranscriptRow.version.desc())
    )
    return found.all()


async def transcript_versions(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> Sequence[TranscriptRow]:
    """Every version for several recordings, by recording and version."""
    found = await db.scalars(
        select(TranscriptRow)
        .where(TranscriptRow.org_id == scope.org_id, TranscriptRow.recording_id.in_(list(ids)))
        .order_by(TranscriptRow.recording_id, TranscriptRow.version)
    )
    return found.all()
