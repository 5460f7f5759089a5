"""Rows of the interviews context; the constraints are in the migration."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Identity, Integer, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base

# A rule that is not there is NULL, not the JSON value `null`: conditions in SQL see no difference between the two else.
_RULE = JSONB(none_as_null=True)


class InterviewRow(Base):
    """An interview. `frozen_at`: when the first candidate started. Without `employment_type` there is no vacancy."""

    __tablename__ = "interviews"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    title: Mapped[str]
    role_title: Mapped[str]
    description: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    retention_days: Mapped[int]
    closes_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    published_at: Mapped[datetime | None]
    question_order: Mapped[str]
    time_limit_minutes: Mapped[int | None]
    practice: Mapped[bool]
    reminder_hours: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    blind_review: Mapped[bool]
    employment_type: Mapped[str | None]
    vacancy_location: Mapped[str]
    vacancy_country: Mapped[str]
    vacancy_remote: Mapped[bool]


class CompetencyRow(Base):
    """A competency of one interview. `anchors`: [{"level": 1, "text": "..."}] by level."""

    __tablename__ = "competencies"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    key: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    kind: Mapped[str]
    weight: Mapped[int]
    position: Mapped[int]
    anchors: Mapped[list[Any]]
    deleted_at: Mapped[datetime | None]


class QuestionRow(Base):
    """A question. Rows with `deleted_at` wait for an undo and are otherwise not there.

    `options`, `number_rule`, `topics`, `show_if`, `knock_out` and `guide` are documents of `policy.documents`.
    """

    __tablename__ = "questions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    position: Mapped[int]
    text: Mapped[str]
    kind: Mapped[str]
    think_seconds: Mapped[int]
    answer_seconds: Mapped[int]
    max_characters: Mapped[int]
    takes: Mapped[int]
    weight: Mapped[int]
    assessed: Mapped[bool]
    expected_points: Mapped[list[str]]
    required: Mapped[bool]
    source: Mapped[str]
    upload_allowed: Mapped[bool]
    options: Mapped[list[Any]]
    number_rule: Mapped[dict[str, Any] | None] = mapped_column(_RULE)
    topics: Mapped[list[Any]]
    follow_ups: Mapped[int]
    show_if: Mapped[dict[str, Any] | None] = mapped_column(_RULE)
    knock_out: Mapped[dict[str, Any] | None] = mapped_column(_RULE)
    guide: Mapped[dict[str, Any] | None] = mapped_column(_RULE)
    deleted_at: Mapped[datetime | None]


class RubricVersionRow(Base):
    """What answers were judged by, as it was (see `policy.rubric`). Never changed; `version` is its hash."""

    __tablename__ = "rubric_versions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    version: Mapped[str]
    document: Mapped[dict[str, Any]]
    made_by: Mapped[UUID | None]
    note: Mapped[str]
    made_at: Mapped[datetime]


class QuestionCompetencyRow(Base):
    """Which competencies a question probes."""

    __tablename__ = "question_competencies"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    question_id: Mapped[UUID] = mapped_column(primary_key=True)
    competency_id: Mapped[UUID] = mapped_column(primary_key=True)


class LinkRow(Base):
    """A candidate's way in. The token itself is in no column: its hash finds the row, its sealed form is for us."""

    __tablename__ = "interview_links"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    kind: Mapped[str]
    token_hash: Mapped[bytes]
    token_sealed: Mapped[bytes]
    email: Mapped[str | None]
    name: Mapped[str | None]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_by_session: Mapped[UUID | None]
    used_at: Mapped[datetime | None]
    sendings: Mapped[int]
    sent_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    accommodation: Mapped[dict[str, Any] | None] = mapped_column(_RULE)


class IdempotencyRow(Base):
    """The answer given to a request that carried an Idempotency-Key; without a body it is being made."""

    __tablename__ = "idempotency"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    body: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class VacancyDraftRow(Base):
    """A pasted vacancy with what is proposed for it. It goes when an interview was made of it."""

    __tablename__ = "vacancy_drafts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    vacancy: Mapped[str]
    language: Mapped[str]
    kind: Mapped[str]
    wanted: Mapped[int]
    state: Mapped[str]
    source: Mapped[str | None]
    stood_in: Mapped[str | None]
    proposal: Mapped[dict[str, Any] | None] = mapped_column(_RULE)
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
