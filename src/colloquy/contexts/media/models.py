"""Rows of recordings and transcripts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base


class RecordingRow(Base):
    """One recording: what was promised, what arrived, what was made of it."""

    __tablename__ = "recordings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    session_id: Mapped[UUID | None]
    upload_hash: Mapped[bytes]
    kind: Mapped[str]
    state: Mapped[str]
    reason_code: Mapped[str | None]
    reason: Mapped[str | None]
    source: Mapped[str] = mapped_column(default="camera")
    needs_sound: Mapped[bool] = mapped_column(default=True)
    file_name: Mapped[str | None]
    content_type: Mapped[str | None]
    language: Mapped[str]
    declared_type: Mapped[str]
    total_bytes: Mapped[int | None] = mapped_column(BigInteger)
    max_bytes: Mapped[int] = mapped_column(BigInteger)
    max_seconds: Mapped[float]
    received_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str | None]
    duration_seconds: Mapped[float | None]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    waveform: Mapped[list[Any] | None] = mapped_column(JSONB)
    original_key: Mapped[str | None]
    audio_key: Mapped[str | None]
    playback_key: Mapped[str | None]
    playback_type: Mapped[str | None]
    thumbnail_key: Mapped[str | None]
    render_progress: Mapped[float | None]
    transcript_state: Mapped[str] = mapped_column(default="none")
    transcript_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    files_gone_at: Mapped[datetime | None]


class TranscriptRow(Base):
    """One version of a recording's transcript with the verdict of the quality gate. Never changed."""

    __tablename__ = "transcripts"

    recording_id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    hash: Mapped[str]
    verdict_code: Mapped[str | None]
    verdict_message: Mapped[str | None]
    made_at: Mapped[datetime]
