"""Rows of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base


class EndpointRow(Base):
    """Where an organisation hears what happens. `sealed` opens with the installation's secret and the row's id."""

    __tablename__ = "webhook_endpoints"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    url: Mapped[str]
    description: Mapped[str]
    event_types: Mapped[list[str]]
    enabled: Mapped[bool]
    stopped: Mapped[str | None]
    stopped_at: Mapped[datetime | None]
    sealed: Mapped[bytes]
    sealed_before: Mapped[bytes | None]
    before_until: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]


class MessageRow(Base):
    """One happening for one endpoint. `data` is None once the candidate whom it is about was erased.

    `interview_id` decides who may see it where an interview is shared with some: None for tests of an endpoint alone.
    `tries_before` were made before somebody sent it again: the schedule begins anew then.
    """

    __tablename__ = "webhook_messages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    endpoint_id: Mapped[UUID]
    event_type: Mapped[str]
    occurred_at: Mapped[datetime]
    data: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    interview_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    link_id: Mapped[UUID | None]
    state: Mapped[str]
    reason: Mapped[str | None]
    tries: Mapped[int]
    tries_before: Mapped[int]
    next_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class TryRow(Base):
    """One try. `answer` is the beginning of what came back."""

    __tablename__ = "webhook_tries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    message_id: Mapped[UUID]
    number: Mapped[int]
    at: Mapped[datetime]
    status: Mapped[int | None]
    problem: Mapped[str | None]
    duration_ms: Mapped[int]
    answer: Mapped[str]
