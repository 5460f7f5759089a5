"""What happened to recordings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from colloquy.kit.events import Event


@dataclass(frozen=True, slots=True)
class MediaFileUploaded(Event):
    """All bytes of a recording are durable."""

    name: ClassVar[str] = "MediaFileUploaded"
    routing_key: ClassVar[str] = "interview.video.uploaded"

    recording_id: UUID


@dataclass(frozen=True, slots=True)
class MediaProcessed(Event):
    """A recording was read: its facts are known and its sound is ready to be transcribed."""

    name: ClassVar[str] = "MediaProcessed"
    routing_key: ClassVar[str] = "interview.media.processed"

    recording_id: UUID


@dataclass(frozen=True, slots=True)
class MediaRefused(Event):
    """A recording cannot be used; `code` says why. `again` is whether trying again could help."""

    name: ClassVar[str] = "MediaRefused"
    routing_key: ClassVar[str] = "interview.media.refused"

    recording_id: UUID
    code: str
    again: bool


@dataclass(frozen=True, slots=True)
class MediaQuarantined(Event):
    """The virus scanner found `signature` in what somebody sent; nobody can open it."""

    name: ClassVar[str] = "MediaQuarantined"
    routing_key: ClassVar[str] = "interview.media.quarantined"

    recording_id: UUID
    signature: str


@dataclass(frozen=True, slots=True)
class TranscriptReady(Event):
    """A recording has a transcript; `scorable` is the verdict of the quality gate."""

    name: ClassVar[str] = "TranscriptReady"
    routing_key: ClassVar[str] = "interview.transcript.ready"

    recording_id: UUID
    scorable: bool


@dataclass(frozen=True, slots=True)
class TranscriptFailed(Event):
    """No recogniser could transcribe a recording; `code` says why."""

    name: ClassVar[str] = "TranscriptFailed"
    routing_key: ClassVar[str] = "interview.transcript.failed"

    recording_id: UUID
    code: str
    message: str
