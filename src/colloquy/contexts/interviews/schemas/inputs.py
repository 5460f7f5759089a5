"""What comes in: strict, within its limits, nothing unknown."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat

from colloquy.contexts.interviews.policy.accommodation import MOST_EXTRA_TAKES, TIME_MULTIPLIERS, Accommodation
from colloquy.contexts.interviews.policy.addresses import MAX_INVITATIONS
from colloquy.contexts.interviews.policy.drafts import (
    DEFAULT_RETENTION_DAYS,
    MAX_ANCHOR,
    MAX_COMPETENCY_DESCRIPTION,
    MAX_NAME,
    MAX_TEXT,
    MAX_TITLE,
    MOST_REMINDERS,
    NORMAL_WEIGHT,
    REMINDER_LIMITS,
    RETENTION_DAYS,
    TIME_LIMIT_MINUTES,
    WEIGHTS,
    CompetencyDraft,
    Description,
)
from colloquy.contexts.interviews.policy.interview import (
    MAX_COMPETENCIES,
    MAX_QUESTIONS,
    REMINDER_HOURS,
    CompetencyKind,
)
from colloquy.contexts.interviews.policy.kinds import QuestionOrder
from colloquy.contexts.interviews.policy.link import INVITATION_DAYS, MAX_DAYS, PUBLIC_DAYS
from colloquy.contexts.interviews.policy.question_parts import MAX_POINT
from colloquy.contexts.interviews.policy.texts import storable
from colloquy.contexts.interviews.policy.vacancy import MAX_LOCATION, EmploymentType, Vacancy
from colloquy.kit.moments import Moment


def _storable(text: str) -> str:
    if not storable(text):
        raise ValueError("Use characters that are text.")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Title = Annotated[Text, Field(min_length=1, max_length=MAX_TITLE)]
Language = Literal["en", "ru"]
# Ids, times and enumerations are text in JSON; everything else is taken only as what it is.
Id = Annotated[UUID, Field(strict=False)]
Weight = Annotated[int, Field(ge=WEIGHTS[0], le=WEIGHTS[1], description=f"Relative weight; {NORMAL_WEIGHT} is normal.")]
Point = Annotated[Text, Field(max_length=MAX_POINT)]


class Input(BaseModel):
    """Parent of what comes in: strict, and nothing unknown passes."""

    model_config = ConfigDict(strict=True, extra="forbid")


class VacancyInput(Input):
    """What a job posting on the landing page says besides the description. Remote work needs no location."""

    employment_type: Annotated[EmploymentType, Field(strict=False)]
    location: Annotated[Text, Field(max_length=MAX_LOCATION)] = ""
    country: Annotated[Text, Field(min_length=2, max_length=2, description="ISO 3166-1 alpha-2.", examples=["DE"])]
    remote: bool = False

    def vacancy(self) -> Vacancy:
        """The same for the use case."""
        return Vacancy(self.employment_type, self.location, self.country, self.remote)


TimeLimit = Annotated[
    int,
    Field(
        ge=TIME_LIMIT_MINUTES[0],
        le=TIME_LIMIT_MINUTES[1],
        description="For the whole interview, from the first question on.",
    ),
]
Reminders = Annotated[
    list[Annotated[int, Field(ge=REMINDER_LIMITS[0], le=REMINDER_LIMITS[1])]],
    Field(max_length=MOST_REMINDERS, description="Hours before the end at which unfinished candidates are reminded."),
]
QuestionsOrder = Annotated[
    QuestionOrder, Field(strict=False, description="`free`: candidates choose which question is next.")
]
BlindReview = Annotated[
    bool, Field(description="Whether reviewers write their own scorecard before they see anybody's levels.")
]
Practice = Annotated[bool, Field(description="Whether a practice question is offered.")]


class NewInterview(Input):
    """An interview to be made, blank or from a starter template."""

    title: Title
    role_title: Annotated[Text, Field(max_length=MAX_TITLE)] = ""
    description: Annotated[Text, Field(max_length=MAX_TEXT)] = ""
    language: Language = "en"
    retention_days: Annotated[int, Field(ge=RETENTION_DAYS[0], le=RETENTION_DAYS[1])] = DEFAULT_RETENTION_DAYS
    closes_at: Moment | None = None
    order: QuestionsOrder = QuestionOrder.FIXED
    time_limit_minutes: TimeLimit | None = None
    practice: Practice = True
    blind_review: BlindReview = True
    reminder_hours: Reminders = list(REMINDER_HOURS)
    vacancy: VacancyInput | None = None
    template: Annotated[str, Field(max_length=64, description="A key of `GET /api/interview-templates`.")] | None = None

    def draft(self) -> Description:
        """What it says of itself, for the use case."""
        return Description(**_values(self, leave_out=frozenset({"template"})))


def _values(given: BaseModel, *, leave_out: frozenset[str] = frozenset(), only_set: bool = False) -> dict[str, Any]:
    """Names and values of `Description`'s fields."""
    names = given.model_fields_set if only_set else set(type(given).model_fields)
    values = {name: getattr(given, name) for name in names - leave_out}
    if values.get("vacancy") is not None:
        values["vacancy"] = values["vacancy"].vacancy()
    if "reminder_hours" in values:
        values["reminder_hours"] = tuple(values["reminder_hours"])
    return values


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
    order: QuestionsOrder = QuestionOrder.FIXED
    time_limit_minutes: TimeLimit | None = None
    practice: Practice = True
    blind_review: BlindReview = True
    reminder_hours: Reminders = list(REMINDER_HOURS)
    vacancy: VacancyInput | None = None

    def changes(self) -> dict[str, Any]:
        """Names and values of what was sent, for the use case."""
        return _values(self, only_set=True)


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


def _multiplier(value: float) -> float:
    if value not in TIME_MULTIPLIERS:
        raise ValueError("Choose 1, 1.25, 1.5, 2 or 3.")
    return value


class AccommodationInput(Input):
    """What is changed for one candidate. What is left out is as for everybody."""

    time_multiplier: Annotated[
        FiniteFloat,
        AfterValidator(_multiplier),
        Field(
            description="Think time, answer limits and the limit of the whole interview, times this.",
            json_schema_extra={"enum": list(TIME_MULTIPLIERS)},
        ),
    ] = 1.0
    extra_takes: Annotated[int, Field(ge=0, le=MOST_EXTRA_TAKES)] = 0
    text_instead: Annotated[bool, Field(description="Recorded questions may be answered in writing.")] = False
    no_camera: Annotated[bool, Field(description="Sound alone where a video is asked for.")] = False
    own_captions: Annotated[bool, Field(description="The candidate may upload captions of their own.")] = False

    def accommodation(self) -> Accommodation:
        """The same for the use case."""
        return Accommodation(
            self.time_multiplier, self.extra_takes, self.text_instead, self.no_camera, self.own_captions
        )


class InvitationsInput(Input):
    """Whom to invite: one `Name <address>`, `address`, or `Name, address` per line."""

    people: Annotated[Text, Field(min_length=1, max_length=MAX_INVITATIONS * 500)]
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)] = INVITATION_DAYS
    accommodation: Annotated[
        AccommodationInput | None, Field(description="Granted to each who is invited by this request.")
    ] = None
