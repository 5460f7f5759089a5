"""What others may know of recordings, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media import queries
from colloquy.contexts.media.models import RecordingRow, TranscriptRow
from colloquy.contexts.media.policy.files import FLAGS
from colloquy.contexts.media.service.scan import ScanState
from colloquy.kit.db import Scope
from colloquy.providers.speech.port import Transcript, from_json


class RecordingState(StrEnum):
    """Where a recording is on its way."""

    RECEIVING = "receiving"
    UPLOADED = "uploaded"
    PROCESSING = "processing"
    PROCESSED = "processed"
    REJECTED = "rejected"
    FAILED = "failed"


class TranscriptState(StrEnum):
    """Where its transcript is."""

    NONE = "none"
    REQUESTED = "requested"
    READY = "ready"
    NOT_SCORABLE = "not_scorable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording or a file as others see it. `waveform` holds 0–100 per equal span; `render_progress` is 0 to 1.

    `kind` is video, audio or file; `source` camera, screen or upload. `content_type` is what its content was found
    to be, None until it was read. `files_gone_at`: when its files were deleted, at the end of their time. `scan` is
    what the virus scanner came to, None before; `flags` are sentences (N_) to read before opening a file. `file_name`
    is safe to show and to save under; None for what was recorded here.
    """

    id: UUID
    kind: str
    state: RecordingState
    reason_code: str | None
    reason: str | None
    received_bytes: int
    total_bytes: int | None
    duration_seconds: float | None
    sha256: str | None
    has_playback: bool
    has_thumbnail: bool
    render_progress: float | None
    waveform: tuple[int, ...]
    transcript_state: TranscriptState
    source: str = "camera"
    file_name: str | None = None
    content_type: str | None = None
    files_gone_at: datetime | None = None
    scan: ScanState | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredTranscript:
    """A transcript with its hash and the quality gate's verdict (None: it may be scored)."""

    transcript: Transcript
    hash: str
    version: int
    verdict_code: str | None
    verdict_message: str | None

    @property
    def scorable(self) -> bool:
        """Whether the quality gate let it pass."""
        return self.verdict_code is None


async def recordings(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, Recording]:
    """The recordings among `ids` that are this tenant's."""
    return {row.id: _recording(row) for row in await queries.recordings(db, scope, ids)}


async def transcript(db: AsyncSession, scope: Scope, recording_id: UUID) -> StoredTranscript | None:
    """The newest transcript of a recording."""
    row = await queries.transcript(db, scope, recording_id)
    return None if row is None else _transcript(row)


async def transcripts(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, StoredTranscript]:
    """The newest transcripts of several recordings."""
    return {row.recording_id: _transcript(row) for row in await queries.transcripts(db, scope, ids)}


def _recording(row: RecordingRow) -> Recording:
    facts = row.facts or {}
    return Recording(
        id=row.id,
        kind=row.kind,
        state=RecordingState(row.state),
        reason_code=row.reason_code,
        reason=row.reason,
        received_bytes=row.received_bytes,
        total_bytes=row.total_bytes,
        duration_seconds=row.duration_seconds,
        sha256=row.sha256,
        has_playback=row.playback_key is not None,
        has_thumbnail=row.thumbnail_key is not None,
        render_progress=row.render_progress,
        waveform=tuple(row.waveform or ()),
        transcript_state=TranscriptState(row.transcript_state),
        source=row.source,
        file_name=row.file_name,
        content_type=row.content_type,
        files_gone_at=row.files_gone_at,
        scan=ScanState(facts["scan"]) if "scan" in facts else None,
        flags=tuple(FLAGS[flag] for flag in facts.get("flags", ()) if flag in FLAGS),
    )


def _transcript(row: TranscriptRow) -> StoredTranscript:
    return StoredTranscript(from_json(row.document), row.hash, row.version, row.verdict_code, row.verdict_message)
