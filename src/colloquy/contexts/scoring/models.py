"""Rows of scores, scorecards, decisions and runs of scoring again. No score, scorecard or decision is ever changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Double, Identity, Numeric, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base

_Points = Numeric(4, 1, asdecimal=False)


class ScoreRow(Base):
    """One version of a session's numbers. `inputs_hash` names everything they were made from.

    With people's corrections among it, `machine` has the numbers without them: the fields of `read.MachineNumbers`.
    """

    __tablename__ = "scores"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    session_id: Mapped[UUID]
    version: Mapped[int]
    inputs_hash: Mapped[str]
    overall_score: Mapped[float | None] = mapped_column(_Points)
    technical_score: Mapped[float | None] = mapped_column(_Points)
    communication_score: Mapped[float | None] = mapped_column(_Points)
    low: Mapped[float | None] = mapped_column(_Points)
    high: Mapped[float | None] = mapped_column(_Points)
    judged_share: Mapped[float] = mapped_column(Double)
    needs_human: Mapped[bool]
    reason: Mapped[str | None]
    evaluator: Mapped[str | None]
    rubric_version: Mapped[str]
    machine: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    made_at: Mapped[datetime]


class ReviewRow(Base):
    """A scorecard as one person left it at one time. `levels` maps a competency's key to 1–5.

    `independent`: its author could see nobody else's levels when they wrote it.
    """

    __tablename__ = "reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    session_id: Mapped[UUID]
    person_id: Mapped[UUID]
    levels: Mapped[dict[str, Any]] = mapped_column(JSONB)
    comment: Mapped[str]
    independent: Mapped[bool]
    made_at: Mapped[datetime]


class DecisionRow(Base):
    """What a person decided about a candidate, and why."""

    __tablename__ = "decisions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    session_id: Mapped[UUID]
    person_id: Mapped[UUID]
    outcome: Mapped[str]
    reason: Mapped[str]
    made_at: Mapped[datetime]


class ScoringRunRow(Base):
    """An order to score answers of an interview again. `people_only` candidates were left out from the start."""

    __tablename__ = "scoring_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    number: Mapped[int]
    rubric_version: Mapped[str]
    note: Mapped[str]
    people_only: Mapped[int]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class RunItemRow(Base):
    """One answer of a run. `old_version` of its judgements counted when the run began."""

    __tablename__ = "scoring_run_items"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    answer_id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    session_id: Mapped[UUID]
    position: Mapped[int]
    state: Mapped[str]
    old_version: Mapped[int | None]
    changed_at: Mapped[datetime]


class AdoptionRow(Base):
    """A person said that a run counts from now on, or that it does not any more."""

    __tablename__ = "run_adoptions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    run_id: Mapped[UUID]
    person_id: Mapped[UUID]
    adopted: Mapped[bool]
    made_at: Mapped[datetime]


class PanelRow(Base):
    """Somebody who is asked to review: one session, or without one every candidate of the interview."""

    __tablename__ = "panel_members"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    session_id: Mapped[UUID | None]
    person_id: Mapped[UUID]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]


class RevealRow(Base):
    """A person who decides let themself see a session, or without one the whole interview, before their own card."""

    __tablename__ = "reveals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    interview_id: Mapped[UUID]
    session_id: Mapped[UUID | None]
    person_id: Mapped[UUID]
    reason: Mapped[str]
    made_at: Mapped[datetime]


class CommentRow(Base):
    """One version of a comment about a moment of a recording, in seconds, or about words of an answer."""

    __tablename__ = "comments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    session_id: Mapped[UUID]
    comment_id: Mapped[UUID]
    answer_id: Mapped[UUID]
    person_id: Mapped[UUID]
    at_seconds: Mapped[float | None] = mapped_column(Double)
    start_char: Mapped[int | None]
    end_char: Mapped[int | None]
    quote: Mapped[str]
    text: Mapped[str]
    deleted: Mapped[bool]
    made_at: Mapped[datetime]


class OverrideRow(Base):
    """A person's level in place of the machine's, in one answer or in the session. Without a level: withdrawn."""

    __tablename__ = "overrides"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    session_id: Mapped[UUID]
    answer_id: Mapped[UUID | None]
    competency: Mapped[str]
    person_id: Mapped[UUID]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    reason: Mapped[str]
    made_at: Mapped[datetime]


class ContestRow(Base):
    """What a candidate says is wrong in the evaluation, and what a person answered."""

    __tablename__ = "contests"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    session_id: Mapped[UUID]
    answer_id: Mapped[UUID | None]
    about: Mapped[str]
    text: Mapped[str]
    made_at: Mapped[datetime]
    outcome: Mapped[str | None]
    reply: Mapped[str | None]
    replied_by: Mapped[UUID | None]
    replied_at: Mapped[datetime | None]
