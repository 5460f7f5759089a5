"""What comes in and goes out when an interview is proposed from a vacancy."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from colloquy.contexts.interviews.policy.drafts import MAX_TITLE
from colloquy.contexts.interviews.policy.guide import QuestionType
from colloquy.contexts.interviews.schemas.inputs import Input, Text


class WishInput(Input):
    """A vacancy, or a role of the question bank instead."""

    vacancy: Annotated[Text, Field(max_length=20_000)] = ""
    language: Annotated[Text, Field(max_length=10)] = "en"
    role: Annotated[Text, Field(max_length=60)] | None = None
    kind: Literal["video", "audio", "text"] = "video"
    questions: Annotated[int, Field(ge=3, le=15)] = 6


class AcceptInput(Input):
    """Which questions of a proposal to take, by their place from 0."""

    title: Annotated[Text, Field(min_length=1, max_length=MAX_TITLE)]
    questions: Annotated[list[Annotated[int, Field(ge=0, le=1000)]], Field(min_length=1, max_length=50)]


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ProposedCompetencyView(_View):
    """A competency; anchors by level, "1" to "5"."""

    key: str
    name: str
    description: str
    kind: str
    anchors: dict[str, str]


class ProposedQuestionView(_View):
    """A question. `because`: words of the vacancy that ask for it; `chosen`: proposed to be taken."""

    text: str
    type: QuestionType
    difficulty: int
    competencies: list[str]
    points: list[str]
    follow_ups: list[str]
    answer: str
    because: list[str]
    chosen: bool


class ProposalContentView(_View):
    """What is proposed. Without `roles` the vacancy was not recognised."""

    title: str
    roles: list[str]
    because: list[str]
    competencies: list[ProposedCompetencyView]
    questions: list[ProposedQuestionView]


class ProposalView(_View):
    """`source`: the model, or "question bank". `stood_in`: why the bank proposed although a model was to."""

    id: UUID
    language: str
    kind: str
    source: str | None
    stood_in: str | None
    proposal: ProposalContentView | None


class MadeView(_View):
    """The draft interview's id."""

    id: UUID


class BankRoleView(_View):
    """A role of the bank."""

    key: str
    name: str
    competencies: list[str]


class BankQuestionView(_View):
    """A question of the bank. `difficulty` 1 (basic) to 3 (advanced)."""

    key: str
    role: str
    topic: str
    type: QuestionType
    difficulty: int
    competencies: list[str]
    text: str
    points: list[str]
    follow_ups: list[str]
    answer: str


class BankView(_View):
    """Roles and questions."""

    roles: list[BankRoleView]
    questions: list[BankQuestionView]
