"""What others may know of sessions, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.models import AnswerRow, SessionRow
from colloquy.contexts.sessions.policy.states import PROGRESS, AnswerState, SessionState
from colloquy.kit.db import Scope

PAGE = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who answers, as they named themselves. Untrusted text."""

    name: str
    email: str
    profile_url: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's answer. Recorded answers have `recording_id` and `take`, typed ones `text`."""

    id: UUID
    session_id: UUID
    question_id: UUID
    number: int
    kind: str
    state: AnswerState
    reason_code: str | None
    reason: str | None
    recording_id: UUID | None
    take: int | None
    text: str | None
    submitted_at: datetime | None

    @property
    def repeatable(self) -> bool:
        """Whether processing it again could help."""
        return self.state is AnswerState.FAILED or self.reason_code == "recogniser_unavailable"


@dataclass(frozen=True, slots=True)
class Session:
    """One candidate in one interview, with all answers in the order of the questions."""

    id: UUID
    interview_id: UUID
    candidate: Candidate
    language: str
    state: SessionState
    state_reason: str | None
    human_only: bool
    opened_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    answers: tuple[Answer, ...]

    @property
    def progress(self) -> float:
        """How far processing is, 0 to 1; of the handed-in answers alone."""
        if not self.answers:
            return 0.0
        return sum(PROGRESS[answer.state] for answer in self.answers) / len(self.answers)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(answer.submitted_at is not None for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Board:
    """One page of an interview's sessions. `after` opens the next page; None on the last one."""

    sessions: tuple[Session, ...]
    after: str | None


async def session(db: AsyncSession, scope: Scope, session_id: UUID) -> Session | None:
    """The session, or None when it is not this tenant's."""
    row = await queries.session(db, scope, session_id)
    return None if row is None else (await _with_answers(db, scope, [row]))[0]


async def answer(db: AsyncSession, scope: Scope, answer_id: UUID) -> Answer | None:
    """One answer, or None when it is not this tenant's."""
    row = await queries.answer(db, scope, answer_id)
    return None if row is None else _answer(row)


async def sessions_of(
    db: AsyncSession,
    scope: Scope,
    interview_id: UUID,
    *,
    states: Iterable[SessionState] = (),
    search: str = "",
    after: str | None = None,
    limit: int = PAGE,
) -> Board:
    """A page of the interview's sessions, newest first, filtered by state and by name or e-mail."""
    found = await queries.board(
        db,
        scope,
        interview_id,
        states=frozenset(state.value for state in states) or None,
        search=search.strip(),
        after=_cursor(after),
        limit=limit + 1,
    )
    rows = list(found[:limit])
    following = f"{rows[-1].opened_at.isoformat()}~{rows[-1].id}" if len(found) > limit else None
    return Board(tuple(await _with_answers(db, scope, rows)), following)


async def session_counts(
    db: AsyncSession, scope: Scope, interview_ids: Iterable[UUID]
) -> dict[UUID, dict[SessionState, int]]:
    """How many sessions each interview has, by state."""
    counted: dict[UUID, dict[SessionState, int]] = {}
    for (interview_id, state), number in (await queries.counts(db, scope, interview_ids)).items():
        counted.setdefault(interview_id, {})[SessionState(state)] = number
    return counted


def _cursor(after: str | None) -> tuple[datetime, UUID] | None:
    moment, _, session_id = (after or "").partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(session_id)
    except ValueError:
        return None


async def _with_answers(db: AsyncSession, scope: Scope, rows: list[SessionRow]) -> list[Session]:
    by_session: dict[UUID, list[Answer]] = {}
    for row in await queries.answers(db, scope, [row.id for row in rows]):
        by_session.setdefault(row.session_id, []).append(_answer(row))
    return [_session(row, tuple(by_session.get(row.id, ()))) for row in rows]


def _session(row: SessionRow, answers: tuple[Answer, ...]) -> Session:
    return Session(
        id=row.id,
        interview_id=row.interview_id,
        candidate=Candidate(row.name, row.email, row.profile_url),
        language=row.language,
        state=SessionState(row.state),
        state_reason=row.state_reason,
        human_only=row.human_only,
        opened_at=row.opened_at,
        started_at=row.started_at,
        completed_at=row.completed_at,
        answers=answers,
    )


def _answer(row: AnswerRow) -> Answer:
    return Answer(
        id=row.id,
        session_id=row.session_id,
        question_id=row.question_id,
        number=row.number,
        kind=row.kind,
        state=AnswerState(row.state),
        reason_code=row.reason_code,
        reason=row.reason,
        recording_id=row.recording_id,
        take=row.take,
        text=row.text,
        submitted_at=row.submitted_at,
    )
