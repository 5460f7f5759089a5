"""Uploads on the disk that nobody will ever finish or read.

Each upload has an end: processing deletes it, giving it up deletes it, erasing deletes it, and after 48 hours a job
does. What slips through all of these (a process killed between its commit and its last deletion, a transaction that was
rolled back after its first bytes, a database that was restored to yesterday) is found here, by its age and its row.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from colloquy.contexts.identity import public as identity
from colloquy.contexts.media import queries
from colloquy.contexts.media.service import receive
from colloquy.kit.db import Database
from colloquy.providers.storage.spool import UploadBusy, UploadSpool

UNTOUCHED = timedelta(hours=receive.UPLOAD_HOURS + 24)
"""A day longer than an upload may take, so that the job that ends it had its turn."""

UNKNOWN = timedelta(days=30)
"""What belongs to no tenant that we know may belong to a database that is being restored: it is kept for so long."""

_NEEDED = frozenset({"receiving", "uploaded", "processing", "failed"})
"""States in which the bytes exist in the upload alone. A failed recording can be run again."""


async def delete_leftovers(database: Database, spool: UploadSpool) -> int:
    """Deletes uploads that nothing needs any more; how many there were."""
    deleted = 0
    long_unknown = set(await spool.stale(UNKNOWN))
    for name in await spool.stale(UNTOUCHED):
        needed = await _needed(database, name)
        if needed is True or (needed is None and name not in long_unknown):
            continue
        try:
            await spool.delete(name)
        except UploadBusy:  # somebody sends it after all: it is not left over
            continue
        deleted += 1
    return deleted


async def _needed(database: Database, name: str) -> bool | None:
    """Whether a recording still needs these bytes; None when no tenant is known for them."""
    async with database.begin() as db:
        scope = await identity.scope_of(db, name, receive.SPOOL_ROUTE)
    if scope is None:
        return None
    async with database.begin(scope) as db:
        row = await queries.recording(db, scope, UUID(hex=name))
    return row is not None and row.state in _NEEDED
