"""What goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from colloquy.contexts.interviews.policy import documents
from colloquy.contexts.interviews.policy.branching import KnockOut, Operator, ShowIf
from colloquy.contexts.interviews.policy.guide import QuestionType
from colloquy.contexts.interviews.policy.interview import CompetencyKind, InterviewState
from colloquy.contexts.interviews.policy.kinds import AnswerKind, QuestionOrder, VideoSource
from colloquy.contexts.interviews.policy.link import LinkState
from colloquy.contexts.interviews.policy.vacancy import EmploymentType


class View(BaseModel):
    """Parent of what goes out."""

    model_config = ConfigDict(from_attributes=True)


class InterviewSummaryView(View):
    """An interview as a line of a list."""

    id: UUID
    title: str
    role_title: str
    language: str
    state: InterviewState
    question_count: int
    minutes: int
    closes_at: datetime | None
    has_candidates: bool
    created_at: datetime
    updated_at: datetime


class InterviewsView(View):
    """A page of interviews, newest first. `next_cursor` is null on the last one."""

    items: list[InterviewSummaryView]
    next_cursor: str | None


class AnchorView(View):
    """What an answer on this level sounds like."""

    level: int
    text: str


class CompetencyView(View):
    """A competency of an interview."""

    id: UUID
    key: str
    name: str
    description: str
    kind: CompetencyKind
    weight: int
    anchors: list[AnchorView]


class OptionView(View):
    """One of the answers to choose from."""

    id: str
    text: str


class NumberRuleView(View):
    """Which numbers are taken; null on a side means no limit there."""

    lowest: float | None
    highest: float | None
    unit: str


class TopicView(View):
    """A topic of a conversation, and what a full answer mentions."""

    id: UUID
    text: str
    points: list[str]


class ConditionView(View):
    """A test of the answer to an earlier question."""

    question_id: UUID
    operator: Operator
    value: str | float | None


class ShowIfView(View):
    """All of the conditions hold, or with `every` false at least one."""

    every: bool
    conditions: list[ConditionView]


class KnockOutView(View):
    """An answer that passes this test ends the interview; a person decides what follows."""

    operator: Operator
    value: str | float | None
    message: str


def _show_if(rule: object) -> object:
    return documents.show_if_document(rule) if isinstance(rule, ShowIf) else rule


def _knock_out(rule: object) -> object:
    return documents.knock_out_document(rule) if isinstance(rule, KnockOut) else rule


class GuideView(View):
    """What a question is meant for; candidates see none of it."""

    type: QuestionType | None
    difficulty: int | None
    answer: str
    follow_ups: list[str]


class QuestionView(View):
    """A question of an interview."""

    id: UUID
    number: int
    text: str
    kind: AnswerKind
    think_seconds: int
    answer_seconds: int
    max_characters: int
    takes: int
    weight: int
    assessed: bool
    competency_ids: list[UUID]
    expected_points: list[str]
    required: bool
    source: VideoSource
    upload_allowed: bool
    options: list[OptionView]
    number_rule: NumberRuleView
    topics: list[TopicView]
    follow_ups: int
    show_if: Annotated[ShowIfView | None, BeforeValidator(_show_if)]
    knock_out: Annotated[KnockOutView | None, BeforeValidator(_knock_out)]
    guide: GuideView


class VacancyView(View):
    """What the job posting on the landing page says besides the description."""

    employment_type: EmploymentType
    location: str
    country: str
    remote: bool


class InterviewView(View):
    """An interview with everything in it."""

    id: UUID
    title: str
    role_title: str
    company: str
    description: str
    language: str
    state: InterviewState
    questions: list[QuestionView]
    competencies: list[CompetencyView]
    rubric_version: str
    minutes: int
    retention_days: int
    closes_at: datetime | None
    has_candidates: bool
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    order: QuestionOrder
    time_limit_minutes: int | None
    practice: bool
    blind_review: bool
    reminder_hours: list[int]
    vacancy: VacancyView | None


class AccommodationView(View):
    """What is changed for one candidate. It is no part of what is judged."""

    time_multiplier: float
    extra_takes: int
    text_instead: bool
    no_camera: bool
    own_captions: bool


class PublicLinkView(View):
    """The address that admits everybody who has it."""

    address: str
    expires_at: datetime


class InvitationView(View):
    """One candidate's invitation, without its secret."""

    id: UUID
    email: str
    name: str | None
    state: LinkState
    expires_at: datetime
    sent_at: datetime | None
    created_at: datetime
    accommodation: Annotated[
        AccommodationView | None, Field(description="Null for those who may not invite: reviewers judge without it.")
    ]


class InvitationAddressView(View):
    """The address of one invitation, to hand over by other means than mail."""

    address: str


class BadLineView(View):
    """A pasted line that names nobody who can be written to."""

    number: int
    text: str
    problem: str


class InvitedView(View):
    """What came of a list: whom we wrote to, who had an invitation before, which lines could not be read."""

    invited: list[InvitationView]
    already: list[InvitationView]
    bad_lines: list[BadLineView]


class InvitationsView(View):
    """A page of invitations, newest first."""

    items: list[InvitationView]
    next_cursor: str | None


class LibraryCompetencyView(View):
    """A ready-made competency."""

    key: str
    kind: CompetencyKind
    name: str
    description: str
    anchors: list[AnchorView]


class TemplateView(View):
    """A starter template."""

    key: str
    name: str
    description: str
    question_count: int
