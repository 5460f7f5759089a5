"""Rows of sessions, answers and takes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

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
    secret_hash: Mapped[bytes]
    tab: Mapped[str | None]
    human_only: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
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
    must_stop_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    client_seconds: Mapped[float | None]
