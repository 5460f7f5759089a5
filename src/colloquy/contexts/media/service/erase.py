"""Erasing recordings: their rows at once, in the caller's transaction; their files right after, by a job.

Work that is under way on an erased recording ends quietly. It may still store an object after the job has removed
them all, so whoever stores looks for the row last and, where it has gone, clears up after itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media import queries
from colloquy.contexts.media.models import RecordingRow
from colloquy.contexts.media.service import process, receive
from colloquy.kit import clock
from colloquy.kit.db import Database, Scope
from colloquy.kit.i18n import N_
from colloquy.kit.jobs import enqueue
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.storage.spool import UploadBusy, UploadMissing, UploadSpool

QUEUE = "erasure"
"""A queue of its own: a promise to delete does not wait behind video."""
_BUSY_SECONDS = 60
FILES_GONE = N_("The recording was deleted at the end of its time.")


@dataclass(frozen=True, slots=True)
class ErasedRecordings:
    """How much there was: recordings, versions of transcripts, and files in the store."""

    recordings: int
    transcripts: int
    files: int


async def erase_recordings(db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> ErasedRecordings:
    """Removes these recordings with their transcripts, and has their files removed. Those not there are passed over.

    From the commit on nobody can play, continue or process them.
    """
    rows = await queries.recordings(db, scope, ids)
    files = sum(_files(row) for row in rows)
    versions = await queries.delete_transcripts(db, scope, ids)
    gone = await queries.delete_recordings(db, scope, ids)
    # Also of those without a row: a store that was restored has files of recordings that the database has erased.
    for recording_id in sorted(set(ids)):
        await enqueue(db, "media.erase", queue=QUEUE, org_id=scope.org_id, recording_id=recording_id)
    return ErasedRecordings(len(gone), versions, files)


async def forget_files(db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> int:
    """Has the files of these recordings removed: originals, sound, versions for playing, names. The rows stay.

    Length, kind and transcript stay with the row. How many recordings had files.
    """
    forgotten = 0
    for recording_id in sorted(set(ids)):
        row = await queries.lock_recording(db, scope, recording_id)
        if row is None or row.files_gone_at is not None:
            continue
        row.files_gone_at = clock.now()
        row.original_key = row.audio_key = row.playback_key = row.thumbnail_key = None
        row.facts = row.waveform = row.file_name = row.render_progress = None
        if row.state in {"receiving", "uploaded", "processing"}:
            row.state, row.reason_code, row.reason = "rejected", "time_over", FILES_GONE
        await enqueue(db, "media.erase", queue=QUEUE, org_id=scope.org_id, recording_id=recording_id)
        forgotten += 1
    await db.flush()
    return forgotten


async def forget_transcripts(db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> int:
    """Removes the words of these recordings, every version; how many versions there were."""
    return await queries.delete_transcripts(db, scope, ids)


async def nothing_left(store: ObjectStore, spool: UploadSpool, scope: Scope, ids: Collection[UUID]) -> bool:
    """Whether neither the store nor the spool has anything of these recordings. Removes what it finds on the way."""
    clean = True
    for recording_id in ids:
        if await store.delete_prefix(process.folder(scope, recording_id)):
            clean = False
        try:
            await spool.offset(receive.spool_name(recording_id))
        except UploadMissing:
            continue
        clean = False
    return clean


def _files(row: RecordingRow) -> int:
    kept = (row.original_key, row.audio_key, row.playback_key, row.thumbnail_key)
    return sum(key is not None for key in kept) + (row.state in {"receiving", "uploaded", "processing"})


async def erase_files(
    database: Database, store: ObjectStore, spool: UploadSpool, scope: Scope, recording_id: UUID
) -> None:
    """Removes every object and the upload of a recording whose row has gone. A second time finds nothing to do."""
    await store.delete_prefix(process.folder(scope, recording_id))
    try:
        await spool.delete(receive.spool_name(recording_id))
    except UploadBusy:
        # The last piece is arriving. It cannot be continued, for its row has gone: look again when it has ended.
        at = clock.now() + timedelta(seconds=_BUSY_SECONDS)
        async with database.begin(scope) as db:
            await enqueue(db, "media.erase", queue=QUEUE, at=at, org_id=scope.org_id, recording_id=recording_id)


@asynccontextmanager
async def erasable(
    database: Database, store: ObjectStore, spool: UploadSpool, scope: Scope, recording_id: UUID
) -> AsyncIterator[None]:
    """Around work on a recording that may be erased meanwhile: then its failure is no news and its files go."""
    try:
        yield
    except Exception:  # the edge of a job: whatever broke, an object that vanished above all
        if not await _gone(database, scope, recording_id):
            raise
        await erase_files(database, store, spool, scope, recording_id)
    else:
        if await _gone(database, scope, recording_id):
            await erase_files(database, store, spool, scope, recording_id)


async def _gone(database: Database, scope: Scope, recording_id: UUID) -> bool:
    async with database.begin(scope) as db:
        row = await queries.recording(db, scope, recording_id)
        return row is None or row.files_gone_at is not None
