"""Rows of conversations, their messages, and the recordings of voice messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base


class ConversationRow(Base):
    """One conversation: the answer to one question. `closing` is why it ended (`policy.course.Closing`)."""

    __tablename__ = "conversations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    session_id: Mapped[UUID]
    answer_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default="open")
    plan: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    must_end_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    closing: Mapped[str | None]
    handed_in_at: Mapped[datetime | None]


class MessageRow(Base):
    """One message. `seq` counts from 1 and is the order; `client_id` is the sender's own name for it."""

    __tablename__ = "messages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    seq: Mapped[int]
    who: Mapped[str]
    kind: Mapped[str] = mapped_column(default="text")
    state: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=0)
    act: Mapped[str | None]
    topic_id: Mapped[UUID | None]
    lack: Mapped[str | None]
    interviewer: Mapped[str | None]
    client_id: Mapped[UUID | None]
    recording_id: Mapped[UUID | None]
    reply_to: Mapped[UUID | None]
    edited_from: Mapped[UUID | None]
    superseded_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    lease_owner: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]


class VoiceRow(Base):
    """A recording made for a session's conversation, a message of it or not (yet)."""

    __tablename__ = "voices"

    recording_id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    session_id: Mapped[UUID]
    created_at: Mapped[datetime]
