"""Rows of sessions, answers and takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base


class SessionRow(Base):
    """One candidate in one interview."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    link_id: Mapped[UUID]
    state: Mapped[str]
    state_reason: Mapped[str | None]
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    profile_url: Mapped[str | None]
    profile_key: Mapped[str | None]
    language: Mapped[str]
    current_question_id: Mapped[UUID | None]
    tab: Mapped[str | None]
    tab_key_id: Mapped[UUID | None]
    tab_since: Mapped[datetime | None]
    human_only: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    must_end_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    extended_until: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    knocked_out_by: Mapped[UUID | None]
    accommodation: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime]


class AnswerRow(Base):
    """One question of a session: open, being answered, answered, and what became of the answer."""

    __tablename__ = "answers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    session_id: Mapped[UUID]
    question_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str]
    reason_code: Mapped[str | None]
    reason: Mapped[str | None]
    recording_id: Mapped[UUID | None]
    take: Mapped[int | None]
    text: Mapped[str | None]
    draft: Mapped[str | None]
    value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    draft_value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    opened_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]


class TakeRow(Base):
    """One recorded try at an answer. The upload's address is kept sealed, so that a reload can go on with it."""

    __tablename__ = "takes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    answer_id: Mapped[UUID]
    number: Mapped[int]
    recording_id: Mapped[UUID]
    upload_sealed: Mapped[bytes]
    started_at: Mapped[datetime]
    must_stop_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    client_seconds: Mapped[float | None]
    request_id: Mapped[UUID | None]
    source: Mapped[str] = mapped_column(default="camera")
    key_id: Mapped[UUID | None]
    late_seconds: Mapped[float] = mapped_column(default=0.0)


class KeyRow(Base):
    """What opens a session on one device: the hash of its secret, and what the device is called."""

    __tablename__ = "session_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    session_id: Mapped[UUID]
    secret_hash: Mapped[bytes]
    label: Mapped[str]
    created_at: Mapped[datetime]


class CodeRow(Base):
    """The one-time code by which another device gets a key, and how often it was tried and asked for."""

    __tablename__ = "session_codes"

    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    code_sealed: Mapped[bytes]
    token_sealed: Mapped[bytes]
    expires_at: Mapped[datetime]
    tries: Mapped[int]
    asked: Mapped[int]
    asked_since: Mapped[datetime]
