"""Sessions and the board as the API gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from colloquy.contexts.reporting.policy.document import ReportDocument


class View(BaseModel):
    """Parent of what is given out."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


class AnswerState(View):
    """Where one answer is."""

    id: UUID
    number: int
    kind: str
    state: str
    state_reason: str | None


class SessionState(View):
    """A session that has no report yet. `progress` is the share, 0 to 1, of the processing that is done.

    `hidden`: it may have one, and the caller's own scorecard comes first.
    """

    id: UUID
    interview_id: UUID
    candidate_name: str
    state: str
    state_reason: str | None
    started_at: datetime | None
    completed_at: datetime | None
    progress: float
    hidden: bool
    answers: list[AnswerState]


class LevelView(View):
    """A competency's mean level over the answers, 1–5, or null where there was not enough evidence."""

    key: str
    name: str
    level: float | None


class SessionLine(View):
    """A candidate on the board. Scores are 0–100 or null; `progress` is null unless something is processed.

    `hidden`: scores, levels and others' decisions are left out until the caller's own scorecard is in.
    """

    id: UUID
    candidate_name: str
    candidate_email: str
    state: str
    state_reason: str | None
    started_at: datetime | None
    completed_at: datetime | None
    progress: float | None
    overall_score: float | None
    technical_score: float | None
    communication_score: float | None
    needs_human: bool
    low_accuracy: bool
    levels: list[LevelView]
    decision: str | None
    hidden: bool


class SessionsView(View):
    """A page of the board. Pass `next_cursor` as `after` for the next one; null on the last."""

    items: list[SessionLine]
    counts: dict[str, int]
    next_cursor: str | None


SessionAnswer = Annotated[
    ReportDocument | SessionState, Field(description="The report; before it is written, the state.")
]
