"""Recordings of an organisation, without a candidate: promised, sent and processed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from colloquy.contexts.media import public as media
from colloquy.kit.db import Scope
from colloquy.providers.storage.spool import UploadSpool
from colloquy.roles.runtime import Runtime


async def one(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def send(runtime: Runtime, scope: Scope, data: bytes, **options: Any) -> UUID:
    """A whole upload, which waits to be processed."""
    given = {"kind": "video", "language": "en", "max_seconds": 120, "max_bytes": 1 << 28, "declared_type": ""} | options
    async with runtime.database.begin(scope) as db:
        made = await media.create_recording(db, scope, declared_bytes=len(data), **given)
    async with runtime.database.begin() as db:
        upload = await media.open_upload(db, made.upload_id)
    await media.append(runtime.database, runtime.provided.get(UploadSpool), upload, 0, one(data))
    return made.recording_id


async def found(runtime: Runtime, scope: Scope, recording_id: UUID) -> media.Recording:
    async with runtime.database.begin(scope) as db:
        return (await media.recordings(db, scope, [recording_id]))[recording_id]


async def transcript(runtime: Runtime, scope: Scope, recording_id: UUID) -> media.StoredTranscript | None:
    async with runtime.database.begin(scope) as db:
        return await media.transcript(db, scope, recording_id)
