"""What comes in and goes out at the borders of scoring."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from colloquy.contexts.scoring.policy.comment import LONGEST_QUOTE
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


Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=SHORTEST_REASON, max_length=LONGEST_REASON)]


class CorrectionInput(Input):
    """A level in the place of the machine's; null takes back what holds there. Without `answer_id`: everywhere."""

    competency: Key
    level: Level | None
    reason: Reason
    answer_id: Annotated[UUID, Field(strict=False)] | None = None


class RevealInput(Input):
    """Why the caller looks before their own scorecard is in."""

    reason: Reason


class PanelInput(Input):
    """Everybody who is asked, and nobody else."""

    person_ids: Annotated[list[Annotated[UUID, Field(strict=False)]], Field(max_length=100)]


class NewComment(Input):
    """A comment. `at_seconds` into the recording, or `quote`: words as they stand in the answer, or neither."""

    answer_id: Annotated[UUID, Field(strict=False)]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_COMMENT)]
    at_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    quote: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_QUOTE)] = ""


class CommentText(Input):
    """What a comment says from now on."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_COMMENT)]


class Output(BaseModel):
    """Parent of what goes out."""

    model_config = ConfigDict(from_attributes=True)


class WrittenView(Output):
    """An earlier version of a scorecard. `independent`: written before its author saw anything of others."""

    at: datetime
    levels: dict[str, int]
    comment: str
    independent: bool


class ReviewView(Output):
    """One person's scorecard. `name` is empty when their account is gone. `earlier` versions are kept.

    `independent`: written before its author saw anything of others; `changed_after_reveal`: it was, and is no more.
    """

    person_id: UUID
    name: str
    at: datetime
    levels: dict[str, int]
    comment: str
    independent: bool
    changed_after_reveal: bool
    earlier: list[WrittenView]


class DecisionView(Output):
    """One person's decision."""

    person_id: UUID
    name: str
    at: datetime
    outcome: Outcome
    reason: str


class OverrideView(Output):
    """A person's level in the place of the machine's; null: taken back. Without `answer_id`: in the whole session."""

    answer_id: UUID | None
    competency: str
    level: int | None
    reason: str
    person_id: UUID
    name: str
    at: datetime


class OverridesView(Output):
    """The corrections that hold, and all of them with their withdrawals, the last one first."""

    overrides: list[OverrideView]
    history: list[OverrideView]


class RevealView(Output):
    """Who looked before their own scorecard was in, and why. Without `session_id`: at the whole interview."""

    session_id: UUID | None
    person_id: UUID
    name: str
    reason: str
    at: datetime


class CommentView(Output):
    """A comment about a second of a recording, or about words of an answer, or about the answer."""

    id: UUID
    answer_id: UUID
    person_id: UUID
    name: str
    at_seconds: float | None
    start_char: int | None
    end_char: int | None
    quote: str
    text: str
    written_at: datetime
    changed_at: datetime
    edits: int


class CommentsView(Output):
    """Comments, in each answer by time."""

    comments: list[CommentView]


class AskedView(Output):
    """Somebody who is asked to review: `for_all` candidates of the interview, `for_this` one, or both."""

    person_id: UUID
    name: str
    for_all: bool
    for_this: bool


class PanelView(Output):
    """Who is asked to review."""

    panel: list[AskedView]


class WaitingLine(Output):
    """A candidate who waits for the caller's scorecard."""

    session_id: UUID
    interview_id: UUID
    interview_title: str
    candidate_name: str
    completed_at: datetime | None


class WaitingView(Output):
    """What waits for the caller's scorecard, the longest waiting first."""

    waiting: list[WaitingLine]


class ReviewsView(Output):
    """What people made of a session. `decision` holds; `decisions` are all of them, that one first.

    `hidden`: the caller's own scorecard comes first; until then this has what they wrote themself and nothing else.
    """

    hidden: bool
    reviews: list[ReviewView]
    decision: DecisionView | None
    decisions: list[DecisionView]
