"""Taking a recording in: promised, received in pieces, whole; or given up.

The bytes' truth is the spool: an offset is acknowledged when the bytes before it are on disk, encrypted and
synced. The row follows: it learns of the end when the last piece is durable, or when somebody asks next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.media import queries
from colloquy.contexts.media.errors import UploadExpired, UploadFinished, UploadNotFound
from colloquy.contexts.media.events import MediaFileUploaded
from colloquy.contexts.media.models import RecordingRow
from colloquy.contexts.media.policy.files import MAX_FILE_BYTES
from colloquy.contexts.media.policy.names import safe_name
from colloquy.kit import clock
from colloquy.kit.db import Scope, enter
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id, new_token, token_hash
from colloquy.kit.jobs import enqueue
from colloquy.providers.storage.spool import UploadTooLarge

UPLOAD_HOURS = 48
ROUTE = "upload"
SPOOL_ROUTE = "spool"
"""Under this kind the tenant of an upload's file is found by its name, when only the disk knows of it."""

DECLARED_TYPE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class NewRecording:
    """A recording that was promised. `upload_id` opens its upload and is shown once; only its hash is kept."""

    recording_id: UUID
    upload_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload under way, as its address finds it. `total_bytes` is None while the length is deferred."""

    scope: Scope
    recording_id: UUID
    total_bytes: int | None
    max_bytes: int
    expires_at: datetime
    open: bool


def spool_name(recording_id: UUID) -> str:
    """What the spool calls the recording's bytes. Not the upload's id: that is a secret, file names are not."""
    return recording_id.hex


async def create_recording(
    db: AsyncSession,
    scope: Scope,
    *,
    kind: Literal["video", "audio", "file"],
    language: str,
    max_seconds: float,
    max_bytes: int,
    declared_type: str,
    declared_bytes: int | None,
    file_name: str | None = None,
    source: Literal["camera", "screen", "upload"] = "camera",
    needs_sound: bool = True,
    session_id: UUID | None = None,
) -> NewRecording:
    """Promises a recording, or a file, and opens its upload, which ends after 48 hours.

    `declared_type` is what the browser says; it is kept to be shown and decides nothing. Of `file_name` only what
    is safe to show is kept. `max_seconds` means nothing for a file. A recording that `needs_sound` is refused
    when it has no sound track; say False where captions may stand in for sound. UploadTooLarge when more bytes are
    announced than there may be. `session_id`: whose consent to being recorded a recogniser needs; None: nobody's.
    """
    if kind == "file":
        max_bytes = min(max_bytes, MAX_FILE_BYTES)
    _refuse_too_large(declared_bytes, max_bytes)
    recording_id, upload_id, now = new_id(), new_token(), clock.now()
    row = RecordingRow(
        id=recording_id,
        org_id=scope.org_id,
        session_id=session_id,
        upload_hash=token_hash(upload_id),
        kind=kind,
        source=source,
        needs_sound=needs_sound,
        file_name=safe_name(file_name) if file_name or kind == "file" else None,
        state="receiving",
        language=language,
        declared_type=declared_type[:DECLARED_TYPE_LENGTH],
        total_bytes=declared_bytes,
        max_bytes=max_bytes,
        max_seconds=max_seconds,
        created_at=now,
        expires_at=now + timedelta(hours=UPLOAD_HOURS),
    )
    db.add(row)
    await db.flush()
    await identity.keep_route(db, upload_id, scope, ROUTE)
    await identity.keep_route(db, spool_name(recording_id), scope, SPOOL_ROUTE)
    await enqueue(db, "media.end_upload", at=row.expires_at, org_id=scope.org_id, recording_id=recording_id)
    return NewRecording(recording_id, upload_id, row.expires_at)


async def open_upload(db: AsyncSession, upload_id: str) -> Upload:
    """The upload at this address; enters its tenant. UploadNotFound, UploadExpired."""
    scope = await identity.scope_of(db, upload_id, ROUTE)
    row = None
    if scope is not None:
        await enter(db, scope)
        row = await queries.recording_of_upload(db, scope, token_hash(upload_id))
    if scope is None or row is None:
        raise UploadNotFound(_("There is no upload at this address. Start the recording again."))
    if row.state == "receiving" and row.expires_at <= clock.now():
        raise UploadExpired(_("This upload was not finished in time. Record the answer again."))
    if row.reason_code in {"upload_given_up", "upload_not_finished"}:
        raise UploadExpired(_("This upload was given up. Record the answer again."))
    return Upload(scope, row.id, row.total_bytes, row.max_bytes, row.expires_at, row.state == "receiving")


async def declare_length(db: AsyncSession, scope: Scope, recording_id: UUID, total_bytes: int) -> None:
    """Fixes the length of an upload that began without one. Saying it again is fine, changing it is not.

    UploadFinished for another length than before, UploadTooLarge for more than this upload may have.
    """
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None:
        raise UploadNotFound(_("There is no upload at this address. Start the recording again."))
    if row.total_bytes not in {None, total_bytes}:
        raise UploadFinished(_("The length of this upload is fixed already."))
    _refuse_too_large(total_bytes, row.max_bytes)
    row.total_bytes = total_bytes


def _refuse_too_large(announced: int | None, max_bytes: int) -> None:
    if announced is not None and announced > max_bytes:
        raise UploadTooLarge(max_bytes)


async def bytes_arrived(db: AsyncSession, scope: Scope, recording_id: UUID, offset: int) -> bool:
    """Notes how many bytes are durable. When they are all here the recording goes to be processed.

    True when it is whole. Running it again for the same offset changes nothing.
    """
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None:
        return False
    row.received_bytes = max(row.received_bytes, offset)
    if row.state != "receiving" or row.total_bytes is None or offset < row.total_bytes:
        return row.state != "receiving"
    row.state = "uploaded"
    row.finished_at = clock.now()
    await enqueue(db, "media.process", org_id=scope.org_id, recording_id=recording_id)
    await publish(db, MediaFileUploaded(org_id=scope.org_id, recording_id=recording_id))
    return True


async def give_up(db: AsyncSession, scope: Scope, recording_id: UUID, code: str, reason: str) -> bool:
    """Ends an upload that is not whole. False when it had ended already."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None or row.state != "receiving":
        return False
    row.state, row.reason_code, row.reason = "rejected", code, reason
    return True
