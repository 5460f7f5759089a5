"""Reading interviews: rows put together into what the rest of the product sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.interviews.models import CompetencyRow, InterviewRow, QuestionRow
from colloquy.contexts.interviews.policy import documents
from colloquy.contexts.interviews.policy.interview import (
    Anchor,
    Competency,
    CompetencyKind,
    Interview,
    InterviewState,
    Question,
    rubric_version,
)
from colloquy.contexts.interviews.policy.kinds import AnswerKind, QuestionOrder, VideoSource
from colloquy.contexts.interviews.policy.paths import planned_minutes
from colloquy.contexts.interviews.policy.vacancy import EmploymentType, Vacancy
from colloquy.contexts.interviews.queries import content
from colloquy.kit import clock
from colloquy.kit.db import Scope

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class InterviewSummary:
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


async def interview(db: AsyncSession, scope: Scope, interview_id: UUID) -> Interview | None:
    """The whole interview, or None when it is not there or not this tenant's."""
    row = await content.interview_row(db, scope, interview_id)
    if row is None:
        return None
    organisation = await identity.organisation(db, scope)
    competencies = tuple(competency_of(row) for row in await content.competencies(db, scope, interview_id))
    probes = await content.probes(db, scope, interview_id)
    questions = numbered(await content.questions(db, scope, [interview_id]), probes)
    return Interview(
        id=row.id,
        title=row.title,
        role_title=row.role_title,
        company=organisation.name,
        description=row.description,
        language=row.language,
        state=state_now(row, clock.now()),
        questions=questions,
        competencies=competencies,
        rubric_version=rubric_version(row.language, questions, competencies),
        minutes=planned_minutes(questions),
        retention_days=row.retention_days,
        closes_at=row.closes_at,
        has_candidates=row.frozen_at is not None,
        created_at=row.created_at,
        updated_at=row.updated_at,
        published_at=row.published_at,
        order=QuestionOrder(row.question_order),
        time_limit_minutes=row.time_limit_minutes,
        practice=row.practice,
        blind_review=row.blind_review,
        reminder_hours=tuple(row.reminder_hours),
        vacancy=vacancy_of(row),
    )


async def interviews(
    db: AsyncSession,
    scope: Scope,
    *,
    state: InterviewState | None = None,
    search: str = "",
    before: UUID | None = None,
    limit: int = PAGE_SIZE,
) -> tuple[list[InterviewSummary], UUID | None]:
    """A page of interviews from the newest on, and the id to pass as `before` for the next page, if there is one.

    `search` looks for a part of the title or of the role.
    """
    at = clock.now()
    rows = await content.interview_rows(db, scope, at=at, state=state, search=search, before=before, limit=limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    by_interview: dict[UUID, list[QuestionRow]] = {}
    for question in await content.questions(db, scope, [row.id for row in rows]):
        by_interview.setdefault(question.interview_id, []).append(question)
    found = [_summary(row, by_interview.get(row.id, []), at) for row in rows]
    return found, rows[-1].id if more else None


async def counts(db: AsyncSession, scope: Scope) -> dict[InterviewState, int]:
    """How many interviews are in each state; every state is there."""
    return await content.counts(db, scope, clock.now())


async def interview_titles(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Titles by id, of those that exist here."""
    return await content.titles(db, scope, ids)


def state_now(row: InterviewRow, at: datetime) -> InterviewState:
    """The state that holds at that time: a published interview is closed once `closes_at` has passed."""
    state = InterviewState(row.state)
    if state is InterviewState.PUBLISHED and row.closes_at is not None and row.closes_at <= at:
        return InterviewState.CLOSED
    return state


def vacancy_of(row: InterviewRow) -> Vacancy | None:
    """The vacancy that a row describes, or None."""
    if row.employment_type is None:
        return None
    return Vacancy(EmploymentType(row.employment_type), row.vacancy_location, row.vacancy_country, row.vacancy_remote)


def competency_of(row: CompetencyRow) -> Competency:
    """The competency that a row describes."""
    return Competency(
        id=row.id,
        key=row.key,
        name=row.name,
        description=row.description,
        kind=CompetencyKind(row.kind),
        weight=row.weight,
        anchors=tuple(Anchor(anchor["level"], anchor["text"]) for anchor in row.anchors),
    )


def numbered(rows: Sequence[QuestionRow], probes: dict[UUID, list[UUID]]) -> tuple[Question, ...]:
    """Questions from rows in their order, numbered from 1."""
    return tuple(
        Question(
            id=row.id,
            number=number,
            text=row.text,
            kind=AnswerKind(row.kind),
            think_seconds=row.think_seconds,
            answer_seconds=row.answer_seconds,
            takes=row.takes,
            weight=row.weight,
            competency_ids=tuple(probes.get(row.id, ())),
            expected_points=tuple(row.expected_points),
            max_characters=row.max_characters,
            assessed=row.assessed,
            required=row.required,
            source=VideoSource(row.source),
            upload_allowed=row.upload_allowed,
            options=documents.options_of(row.options),
            number_rule=documents.number_of(row.number_rule),
            topics=documents.topics_of(row.topics),
            follow_ups=row.follow_ups,
            show_if=documents.show_if_of(row.show_if),
            knock_out=documents.knock_out_of(row.knock_out),
            guide=documents.guide_of(row.guide),
        )
        for number, row in enumerate(rows, 1)
    )


def _summary(row: InterviewRow, questions: Sequence[QuestionRow], at: datetime) -> InterviewSummary:
    return InterviewSummary(
        id=row.id,
        title=row.title,
        role_title=row.role_title,
        language=row.language,
        state=state_now(row, at),
        question_count=len(questions),
        minutes=planned_minutes(numbered(questions, {})),
        closes_at=row.closes_at,
        has_candidates=row.frozen_at is not None,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
