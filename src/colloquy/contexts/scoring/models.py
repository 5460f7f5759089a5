"""Rows of scores, scorecards, decisions and runs of scoring again. No score, scorecard or decision is ever changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Double, Identity, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base

_Points = Numeric(4, 1, asdecimal=False)


class ScoreRow(Base):
    """One version of a session's numbers. `inputs_hash` names everything they were made from."""

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
    made_at: Mapped[datetime]


class ReviewRow(Base):
    """A scorecard as one person left it at one time. `levels` maps a competency's key to 1–5."""

    __tablename__ = "reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    session_id: Mapped[UUID]
    person_id: Mapped[UUID]
    levels: Mapped[dict[str, Any]] = mapped_column(JSONB)
    comment: Mapped[str]
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
