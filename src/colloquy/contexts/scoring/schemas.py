"""What comes in and goes out at the borders of scoring."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from colloquy.contexts.scoring.policy.scorecard import (
    HIGHEST_LEVEL,
    LONGEST_COMMENT,
    LONGEST_REASON,
    LOWEST_LEVEL,
    SHORTEST_REASON,
    Outcome,
)

Level = Annotated[int, Field(ge=LOWEST_LEVEL, le=HIGHEST_LEVEL)]
Key = Annotated[str, StringConstraints(max_length=64)]


class Input(BaseModel):
    """Parent of what comes in: strict, and nothing unknown passes."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Scorecard(Input):
    """The caller's own scorecard: a level per competency key, null where they leave it open."""

    levels: Annotated[dict[Key, Level | None], Field(max_length=100)] = {}
    comment: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_COMMENT)] = ""


class Verdict(Input):
    """A decision with its reason."""

    outcome: Annotated[Outcome, Field(strict=False)]
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=SHORTEST_REASON, max_length=LONGEST_REASON)
    ]


class Output(BaseModel):
    """Parent of what goes out."""

    model_config = ConfigDict(from_attributes=True)


class ReviewView(Output):
    """One person's scorecard. `name` is empty when their account is gone."""

    person_id: UUID
    name: str
    at: datetime
    levels: dict[str, int]
    comment: str


class DecisionView(Output):
    """One person's decision."""

    person_id: UUID
    name: str
    at: datetime
    outcome: Outcome
    reason: str


class ReviewsView(Output):
    """What people made of a session. `decision` holds; `decisions` are all of them, that one first."""

    reviews: list[ReviewView]
    decision: DecisionView | None
    decisions: list[DecisionView]
