"""Recordings as they arrived, and every version of their transcripts: for the person in them to take along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media import queries
from colloquy.contexts.media.service.read import StoredTranscript
from colloquy.kit.db import Scope
from colloquy.providers.speech.port import from_json
from colloquy.providers.transcoder import sniff


@dataclass(frozen=True, slots=True)
class Original:
    """Where the bytes lie that the candidate sent. `ending` begins with a dot, or is empty for an unknown kind."""

    recording_id: UUID
    key: str
    ending: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TranscriptVersion:
    """One version of a recording's transcript."""

    recording_id: UUID
    stored: StoredTranscript
    made_at: datetime


async def originals(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, Original]:
    """The originals of those recordings that have been read and stored, by recording."""
    return {
        row.id: Original(row.id, row.original_key, _ending(row.kind, row.facts, row.file_name), row.created_at)
        for row in await queries.recordings(db, scope, ids)
        if row.original_key is not None
    }


async def transcript_history(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> list[TranscriptVersion]:
    """All versions of the transcripts of these recordings, by recording and version."""
    return [
        TranscriptVersion(
            row.recording_id,
            StoredTranscript(from_json(row.document), row.hash, row.version, row.verdict_code, row.verdict_message),
            row.made_at,
        )
        for row in await queries.transcript_versions(db, scope, ids)
    ]


def _ending(kind: str, facts: dict[str, object] | None, file_name: str | None) -> str:
    container = (facts or {}).get("container")
    if kind != "file" and isinstance(container, str):
        return next(iter(sniff.endings(container)), "")
    dot = (file_name or "").rpartition(".")
    return f".{dot[2].lower()}" if dot[1] and dot[2].isascii() and dot[2].isalnum() else ""
