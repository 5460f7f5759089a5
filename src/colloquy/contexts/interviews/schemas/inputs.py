"""What comes in: strict, within its limits, nothing unknown."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from colloquy.contexts.interviews.policy.addresses import MAX_INVITATIONS
from colloquy.contexts.interviews.policy.drafts import (
    ANSWER_SECONDS,
    CHARACTERS,
    DEFAULT_RETENTION_DAYS,
    MAX_ANCHOR,
    MAX_COMPETENCY_DESCRIPTION,
    MAX_NAME,
    MAX_POINT,
    MAX_TEXT,
    MAX_TITLE,
    NORMAL_WEIGHT,
    RETENTION_DAYS,
    TAKES,
    THINK_SECONDS,
    WEIGHTS,
    CompetencyDraft,
    QuestionDraft,
    storable,
)
from colloquy.contexts.interviews.policy.interview import (
    MAX_COMPETENCIES,
    MAX_EXPECTED_POINTS,
    MAX_QUESTIONS,
    CompetencyKind,
)
from colloquy.contexts.interviews.policy.kinds import AnswerKind
from colloquy.contexts.interviews.policy.link import INVITATION_DAYS, MAX_DAYS, PUBLIC_DAYS


def _storable(text: str) -> str:
    if not storable(text):
        raise ValueError("Use characters that are text.")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Title = Annotated[Text, Field(min_length=1, max_length=MAX_TITLE)]
Language = Literal["en", "ru"]
# Ids, times and enumerations are text in JSON; everything else is taken only as what it is.
Id = Annotated[UUID, Field(strict=False)]
Moment = Annotated[AwareDatetime, Field(strict=False)]
Weight = Annotated[int, Field(ge=WEIGHTS[0], le=WEIGHTS[1], description=f"Relative weight; {NORMAL_WEIGHT} is normal.")]
Point = Annotated[Text, Field(max_length=MAX_POINT)]


class Input(BaseModel):
    """Parent of what comes in: strict, and nothing unknown passes."""

    model_config = ConfigDict(strict=True, extra="forbid")


class NewInterview(Input):
    """An interview to be made, blank or from a starter template."""

    title: Title
    role_title: Annotated[Text, Field(max_length=MAX_TITLE)] = ""
    description: Annotated[Text, Field(max_length=MAX_TEXT)] = ""
    language: Language = "en"
    retention_days: Annotated[int, Field(ge=RETENTION_DAYS[0], le=RETENTION_DAYS[1])] = DEFAULT_RETENTION_DAYS
    closes_at: Moment | None = None
    template: Annotated[str, Field(max_length=64, description="A key of `GET /api/interview-templates`.")] | None = None


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class InterviewChanges(Input):
    """What is to change; what is left out stays."""

    # The defaults below are never used (only what was set is read) and would mislead in the description.
    model_config = ConfigDict(json_schema_extra=_without_defaults)

    title: Title = "unchanged"
    role_title: Annotated[Text, Field(max_length=MAX_TITLE)] = ""
    description: Annotated[Text, Field(max_length=MAX_TEXT)] = ""
    language: Language = "en"
    retention_days: Annotated[int, Field(ge=RETENTION_DAYS[0], le=RETENTION_DAYS[1])] = DEFAULT_RETENTION_DAYS
    closes_at: Moment | None = None


class QuestionInput(Input):
    """A question. `answer_seconds`, `think_seconds` and `takes` are for recorded answers, `max_characters` for text."""

    text: Annotated[Text, Field(min_length=1, max_length=MAX_TEXT)]
    kind: Annotated[AnswerKind, Field(strict=False)] = AnswerKind.VIDEO
    think_seconds: Annotated[int, Field(ge=THINK_SECONDS[0], le=THINK_SECONDS[1])] = 30
    answer_seconds: Annotated[int, Field(ge=ANSWER_SECONDS[0], le=ANSWER_SECONDS[1])] = 120
    max_characters: Annotated[int, Field(ge=CHARACTERS[0], le=CHARACTERS[1])] = 2000
    takes: Annotated[int, Field(ge=TAKES[0], le=TAKES[1])] = 3
    weight: Weight = NORMAL_WEIGHT
    assessed: Annotated[
        bool, Field(description="False: the answer is for people to know, no competency is judged.")
    ] = True
    competency_ids: Annotated[list[Id], Field(max_length=MAX_COMPETENCIES)] = []
    expected_points: Annotated[list[Point], Field(max_length=MAX_EXPECTED_POINTS)] = []

    def draft(self) -> QuestionDraft:
        """The same for the use case."""
        return QuestionDraft(
            text=self.text,
            kind=self.kind,
            think_seconds=self.think_seconds,
            answer_seconds=self.answer_seconds,
            max_characters=self.max_characters,
            takes=self.takes,
            weight=self.weight,
            assessed=self.assessed,
            competency_ids=tuple(self.competency_ids),
            expected_points=tuple(self.expected_points),
        )


class Order(Input):
    """Every question's id, in the order wanted."""

    order: Annotated[list[Id], Field(max_length=MAX_QUESTIONS)]


class AnchorInput(Input):
    """What an answer on this level sounds like."""

    level: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[Text, Field(min_length=1, max_length=MAX_ANCHOR)]


class CompetencyInput(Input):
    """A competency; anchors for levels 1, 3 and 5 are needed."""

    name: Annotated[Text, Field(min_length=1, max_length=MAX_NAME)]
    description: Annotated[Text, Field(max_length=MAX_COMPETENCY_DESCRIPTION)] = ""
    kind: Annotated[CompetencyKind, Field(strict=False)] = CompetencyKind.BEHAVIOURAL
    weight: Weight = NORMAL_WEIGHT
    anchors: Annotated[list[AnchorInput], Field(max_length=5)]

    def draft(self) -> CompetencyDraft:
        """The same for the use case; of two anchors for one level the later counts."""
        anchors = {anchor.level: anchor.text for anchor in self.anchors}
        return CompetencyDraft(self.name, self.description, self.kind, self.weight, anchors)


class LibraryKeys(Input):
    """Which ready-made competencies to take."""

    keys: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=MAX_COMPETENCIES)]


class PublicLinkInput(Input):
    """For how long the new link is good."""

    days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = PUBLIC_DAYS


class InvitationsInput(Input):
    """Whom to invite: one `Name <address>`, `address`, or `Name, address` per line."""

    people: Annotated[Text, Field(min_length=1, max_length=MAX_INVITATIONS * 500)]
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = INVITATION_DAYS
