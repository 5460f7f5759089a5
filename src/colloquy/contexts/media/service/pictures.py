"""Still pictures of recordings, for reports."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media import queries
from colloquy.kit.db import Scope
from colloquy.providers.storage.port import ObjectMissing, ObjectStore


async def thumbnail_key(db: AsyncSession, scope: Scope, recording_id: UUID) -> str | None:
    """Where the still picture is stored; None for sound and while it is being made."""
    row = await queries.recording(db, scope, recording_id)
    return None if row is None else row.thumbnail_key


async def picture(store: ObjectStore, key: str) -> bytes | None:
    """The JPEG under `key`; None when it was erased meanwhile. Call it with no transaction open."""
    try:
        return b"".join([piece async for piece in store.read(key)])
    except ObjectMissing:
        return None
