"""Rows of judgements."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from colloquy.kit.db import Base


class JudgementSetRow(Base):
    """What became of one answer when it was read, with everything that it depended on. Never changed,
    except that the words quoted in it are taken out at the end of their time.

    `run_id` names the run of scoring again that asked for it; None: the normal course.
    """

    __tablename__ = "judgement_sets"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    session_id: Mapped[UUID]
    answer_id: Mapped[UUID]
    version: Mapped[int]
    evaluator: Mapped[str]
    prompt_version: Mapped[str]
    rubric_version: Mapped[str]
    transcript_hash: Mapped[str]
    input_hash: Mapped[str]
    judgements: Mapped[list[Any]] = mapped_column(JSONB)
    speaks_to_assessor: Mapped[bool]
    passes: Mapped[list[Any]] = mapped_column(JSONB)
    flags: Mapped[list[Any]] = mapped_column(JSONB)
    elements: Mapped[list[Any]] = mapped_column(JSONB)
    qualities: Mapped[list[Any]] = mapped_column(JSONB)
    stood_in: Mapped[str | None]
    run_id: Mapped[UUID | None]
    made_at: Mapped[datetime]
    words_gone_at: Mapped[datetime | None]
