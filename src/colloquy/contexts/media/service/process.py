"""What becomes of a recording: read, given up, rendered. Written so that a second run changes nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media import queries
from colloquy.contexts.media.events import MediaProcessed, MediaQuarantined, MediaRefused
from colloquy.contexts.media.policy.files import REFUSALS, WAITING_FOR_SCAN, FileType
from colloquy.contexts.media.policy.names import with_ending
from colloquy.contexts.media.service.scan import AGAIN_SECONDS
from colloquy.contexts.media.service.transcribe import QUEUE
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.jobs import enqueue
from colloquy.providers.transcoder import sniff
from colloquy.providers.transcoder.port import MediaFacts, Playback

RENDER_QUEUE = "render"
"""Rendering takes as long as the video does: a queue of its own, so that the next recording is read meanwhile."""


@dataclass(frozen=True, slots=True)
class ToProcess:
    """A recording that waits to be read."""

    recording_id: UUID
    kind: str
    max_seconds: float
    source: str
    needs_sound: bool
    file_name: str | None


@dataclass(frozen=True, slots=True)
class ToRender:
    """A processed recording that has no playback file yet."""

    original_key: str
    audio_key: str | None
    facts: MediaFacts


def folder(scope: Scope, recording_id: UUID) -> str:
    """Where all objects of the recording lie: the tenant first, so that a prefix is a tenant."""
    return f"{scope.org_id}/recordings/{recording_id}"


def key(scope: Scope, recording_id: UUID, rendition: str) -> str:
    """The storage key of one rendition."""
    return f"{folder(scope, recording_id)}/{rendition}"


async def begin_processing(db: AsyncSession, scope: Scope, recording_id: UUID) -> ToProcess | None:
    """Takes the recording into work. None when there is nothing to do: done, refused or erased."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None or row.state not in {"uploaded", "processing"} or row.files_gone_at is not None:
        return None
    row.state = "processing"
    needs_sound = row.needs_sound and row.transcript_state not in {"ready", "not_scorable"}
    return ToProcess(row.id, row.kind, row.max_seconds, row.source, needs_sound, row.file_name)


async def processed(
    db: AsyncSession, scope: Scope, recording_id: UUID, *, facts: MediaFacts, sha256: str, size: int, scan: str
) -> None:
    """Keeps the facts, announces them, and sends the recording on: to be rendered, and transcribed if wanted."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None or row.state != "processing":
        return
    row.state = "processed"
    row.reason_code = row.reason = None
    row.facts = asdict(facts) | {"scan": scan}
    row.content_type = sniff.content_type(facts.container, facts.kind)
    row.duration_seconds = facts.duration_seconds
    row.sha256 = sha256
    row.received_bytes = size
    row.original_key = key(scope, recording_id, "original")
    row.audio_key = key(scope, recording_id, "audio") if facts.has_audio else None
    await enqueue(db, "media.render", queue=RENDER_QUEUE, org_id=scope.org_id, recording_id=recording_id)
    if row.transcript_state == "requested":
        await enqueue(db, "media.transcribe", queue=QUEUE, org_id=scope.org_id, recording_id=recording_id)
    await publish(db, MediaProcessed(org_id=scope.org_id, recording_id=recording_id))


async def file_processed(
    db: AsyncSession,
    scope: Scope,
    recording_id: UUID,
    *,
    found: FileType,
    sha256: str,
    size: int,
    facts: dict[str, object],
) -> None:
    """Keeps what a file was found to be and announces it. A file is neither rendered nor transcribed.

    `facts` are the scan's state and the flags of what a person should know before opening it.
    """
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None or row.state != "processing":
        return
    row.state = "processed"
    row.reason_code = row.reason = None
    row.facts = facts
    row.content_type = found.content_type
    row.file_name = with_ending(row.file_name or "file", found.endings)
    row.sha256, row.received_bytes = sha256, size
    row.original_key = key(scope, recording_id, "original")
    await publish(db, MediaProcessed(org_id=scope.org_id, recording_id=recording_id))


async def wait_for_scan(db: AsyncSession, scope: Scope, recording_id: UUID) -> None:
    """The scanner is away and the file is one that people open: it waits, visibly, and is tried again."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None or row.state != "processing":
        return
    row.reason_code, row.reason = WAITING_FOR_SCAN
    at = clock.now() + timedelta(seconds=AGAIN_SECONDS)
    await enqueue(db, "media.process", at=at, org_id=scope.org_id, recording_id=recording_id)


async def quarantined(db: AsyncSession, scope: Scope, recording_id: UUID, signature: str) -> None:
    """The scanner found something. The bytes are stored where no address leads, for whoever runs the installation."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None or row.state != "processing":
        return
    row.state, row.reason_code, row.reason = "rejected", "virus_found", REFUSALS["virus_found"]
    row.facts = {"scan": "found", "signature": signature}
    row.original_key = None
    await publish(db, MediaQuarantined(org_id=scope.org_id, recording_id=recording_id, signature=signature))
    await publish(db, MediaRefused(org_id=scope.org_id, recording_id=recording_id, code="virus_found", again=False))


async def refused(db: AsyncSession, scope: Scope, recording_id: UUID, code: str, message: str, *, kept: bool) -> None:
    """The recording is at fault. `kept` is whether its bytes were stored all the same."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None or row.state != "processing":
        return
    row.state, row.reason_code, row.reason = "rejected", code, message
    row.original_key = key(scope, recording_id, "original") if kept else None
    await publish(db, MediaRefused(org_id=scope.org_id, recording_id=recording_id, code=code, again=False))


async def failed(db: AsyncSession, scope: Scope, recording_id: UUID, reason: str) -> None:
    """We are at fault: every try ended badly. The bytes are kept, and the work can be run again."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None or row.state not in {"uploaded", "processing"}:
        return
    row.state, row.reason_code, row.reason = "failed", "processing_failed", reason
    await publish(
        db, MediaRefused(org_id=scope.org_id, recording_id=recording_id, code="processing_failed", again=True)
    )


async def to_render(db: AsyncSession, scope: Scope, recording_id: UUID) -> ToRender | None:
    """The recording, when it still needs its playback file."""
    row = await queries.recording(db, scope, recording_id)
    if row is None or row.state != "processed" or row.playback_key or not row.original_key or not row.facts:
        return None
    return ToRender(
        row.original_key,
        row.audio_key,
        MediaFacts(**{name: value for name, value in row.facts.items() if name != "scan"}),
    )


async def render_progress(db: AsyncSession, scope: Scope, recording_id: UUID, share: float) -> None:
    """Notes how much of the playback file is made, 0 to 1."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is not None and not row.playback_key:
        row.render_progress = share


async def rendered(
    db: AsyncSession, scope: Scope, recording_id: UUID, *, playback: Playback, waveform: list[int], thumbnail: bool
) -> None:
    """Keeps what was rendered. The objects are stored already; a second run stored the same keys again."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None:
        return
    row.playback_key = key(scope, recording_id, "playback")
    row.playback_type = playback.content_type
    row.thumbnail_key = key(scope, recording_id, "thumbnail") if thumbnail else None
    row.waveform = list(waveform)
    row.render_progress = 1.0


async def run_again(db: AsyncSession, scope: Scope, recording_id: UUID) -> bool:
    """Puts a failed recording, or a failed transcript, to work again. False when there is nothing to repeat."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None:
        return False
    if row.state == "failed":
        row.state, row.reason_code, row.reason = "uploaded", None, None
        await enqueue(db, "media.process", org_id=scope.org_id, recording_id=recording_id)
        return True
    if row.transcript_state == "failed":
        row.transcript_state = "requested"
        await enqueue(db, "media.transcribe", queue=QUEUE, org_id=scope.org_id, recording_id=recording_id)
        return True
    return False
