"""Rows of clocks, holds, requests and tombstones. None of them holds a name, an address or a word of a candidate."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base


class ClocksRow(Base):
    """What an organisation, or with `interview_id` one interview, wants. None: as long as the interview says."""

    __tablename__ = "retention_clocks"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    interview_id: Mapped[UUID | None] = mapped_column(primary_key=True)
    media_days: Mapped[int | None]
    words_days: Mapped[int | None]
    record_days: Mapped[int | None]
    logs_days: Mapped[int | None]
    updated_at: Mapped[datetime]
    updated_by: Mapped[UUID]


class SessionClocksRow(Base):
    """What one candidate was told, and which clocks have ended for them."""

    __tablename__ = "session_clocks"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    told: Mapped[dict[str, Any]]
    media_ended_at: Mapped[datetime | None]
    words_ended_at: Mapped[datetime | None]
    logs_ended_at: Mapped[datetime | None]


class HoldRow(Base):
    """A legal hold. It is never deleted: that it was there is what one has to be able to show."""

    __tablename__ = "legal_holds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    reason: Mapped[str]
    placed_by: Mapped[UUID]
    placed_at: Mapped[datetime]
    released_by: Mapped[UUID | None]
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str | None]


class RequestRow(Base):
    """A request to erase a session, and what became of it. `reply_to` is sealed, and emptied when it was used."""

    __tablename__ = "erasure_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    session_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    asked_by: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    link_hash: Mapped[bytes | None]
    link_until: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    reply_to: Mapped[bytes | None]
    language: Mapped[str]
    letter: Mapped[str] = mapped_column(default="none")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    certificate: Mapped[str | None]
    signature: Mapped[str | None]


class TombstoneRow(Base):
    """A session that was erased: ids alone. `written_at`: when it was in the file outside the database."""

    __tablename__ = "erased_sessions"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    link_id: Mapped[UUID | None]
    recordings: Mapped[list[str]]
    why: Mapped[str]
    erased_at: Mapped[datetime]
    written_at: Mapped[datetime | None]


class ExportRow(Base):
    """An archive of everything an organisation has. `object_key` while there is one to fetch."""

    __tablename__ = "tenant_exports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    state: Mapped[str]
    reason: Mapped[str | None]
    made_by: Mapped[UUID]
    created_at: Mapped[datetime]
    parts_done: Mapped[int] = mapped_column(default=0)
    parts: Mapped[int] = mapped_column(default=0)
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    object_key: Mapped[str | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]
