"""Bytes arriving: the spool makes them durable, then the row learns of it.

Opens its own transactions, because one must not stay open while a network delivers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from colloquy.contexts.media import queries
from colloquy.contexts.media.service import receive
from colloquy.kit.db import Database, Scope
from colloquy.providers.storage.spool import UploadExists, UploadMissing, UploadSpool


async def append(
    database: Database,
    spool: UploadSpool,
    upload: receive.Upload,
    at: int,
    chunks: AsyncIterator[bytes],
    *,
    checksum: tuple[str, bytes] | None = None,
) -> int:
    """Appends what arrives at offset `at` and returns the new offset: every byte before it is durable.

    Refused with OffsetMismatch, UploadBusy, UploadTakenOver, UploadSilent, UploadTooLarge or ChecksumMismatch;
    whatever arrived before a connection broke stays, unless a checksum was promised for it.
    """
    limit = min(upload.max_bytes, upload.max_bytes if upload.total_bytes is None else upload.total_bytes)
    name = receive.spool_name(upload.recording_id)
    if at == 0:
        # The place is made with the first byte, not with the row: a row that rolls back leaves nothing behind.
        with suppress(UploadExists):
            await spool.create(name)
    offset = await spool.append(name, at, chunks, limit=limit, checksum=checksum)
    if upload.total_bytes is not None and offset >= upload.total_bytes:
        async with database.begin(upload.scope) as db:
            await receive.bytes_arrived(db, upload.scope, upload.recording_id, offset)
    return offset


async def durable_bytes(spool: UploadSpool, recording_id: UUID) -> int:
    """How many bytes of the recording are on the disk; 0 before the first."""
    try:
        return await spool.offset(receive.spool_name(recording_id))
    except UploadMissing:
        return 0


async def resume_at(spool: UploadSpool, recording_id: UUID) -> int:
    """Where the upload is to be continued, once a sender that went silent has been ended; 0 before the first byte."""
    try:
        return await spool.resume_at(receive.spool_name(recording_id))
    except UploadMissing:
        return 0


async def finish_if_whole(database: Database, spool: UploadSpool, scope: Scope, recording_id: UUID) -> bool:
    """Finishes an upload whose last piece is durable though the row was not told, as after a power cut.

    True when the recording is whole (now or already).
    """
    async with database.begin(scope) as db:
        row = await queries.recording(db, scope, recording_id)
        if row is None:
            return False
        if row.state != "receiving":
            return row.finished_at is not None
    offset = await durable_bytes(spool, recording_id)
    async with database.begin(scope) as db:
        return await receive.bytes_arrived(db, scope, recording_id, offset)
