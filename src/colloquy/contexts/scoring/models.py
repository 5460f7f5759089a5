"""Rows of scores, scorecards and decisions. None is ever changed."""

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
