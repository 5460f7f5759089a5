"""Erasing recordings: their rows at once, in the caller's transaction; their files right after, by a job.

Work that is under way on an erased recording ends quietly. It may still store an object after the job has removed
them all, so whoever stores looks for the row last and, where it has gone, clears up after itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media import queries
from colloquy.contexts.media.service import process, receive
from colloquy.kit import clock
from colloquy.kit.db import Database, Scope
from colloquy.kit.jobs import enqueue
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.storage.spool import UploadBusy, UploadSpool

QUEUE = "erasure"
"""A queue of its own: a promise to delete does not wait behind video."""
_BUSY_SECONDS = 60


async def erase_recordings(db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> None:
    """Removes these recordings with their transcripts, and has their files removed. Those not there are passed over.

    From the commit on nobody can play, continue or process them.
    """
    for recording_id in await queries.delete_recordings(db, scope, ids):
        await enqueue(db, "media.erase", queue=QUEUE, org_id=scope.org_id, recording_id=recording_id)


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
        return await queries.recording(db, scope, recording_id) is None
