"""What others may know of sessions, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.models import AnswerRow, SessionRow, TakeRow
from colloquy.contexts.sessions.policy import terms
from colloquy.contexts.sessions.policy.states import PROGRESS, AnswerState, SessionState
from colloquy.kit.db import Scope

PAGE = 50
_ORDINARY = interviews.Accommodation()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who answers, as they named themselves. Untrusted text."""

    name: str
    email: str
    profile_url: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's answer. Recorded ones and files have `recording_id` and `take`, typed ones and conversations
    `text`, choices, numbers and links `value`.

    `late_seconds`: how long after the end of the think time the first take began; `source`: camera, screen or upload.
    """

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
    value: object = None
    late_seconds: float = 0.0
    source: str = "camera"

    @property
    def repeatable(self) -> bool:
        """Whether processing it again could help."""
        return self.state is AnswerState.FAILED or self.reason_code == "recogniser_unavailable"


@dataclass(frozen=True, slots=True)
class Session:
    """One candidate in one interview, with all answers in the order of the questions.

    `expires_at`: until when the candidate may answer; `must_end_at`: the end of the whole-interview limit, once it
    runs. `knocked_out_by` is the question whose rule ended the interview.
    """

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
    accommodation: interviews.Accommodation = _ORDINARY
    must_end_at: datetime | None = None
    expires_at: datetime | None = None
    withdrawn_at: datetime | None = None
    knocked_out_by: UUID | None = None
    link_id: UUID | None = None

    @property
    def progress(self) -> float:
        """How far processing is, 0 to 1; of the handed-in answers alone."""
        if not self.answers:
            return 0.0
        return sum(PROGRESS[answer.state] for answer in self.answers) / len(self.answers)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(
            answer.submitted_at is not None and answer.state is not AnswerState.MISSING for answer in self.answers
        )


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
    if row is None:
        return None
    return _answer(row, await _chosen_takes(db, scope, [row]))


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


async def interview_of(db: AsyncSession, scope: Scope, session_id: UUID) -> UUID | None:
    """The interview that a session belongs to, without reading the rest of it."""
    return await queries.interview_of(db, scope, session_id)


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
    answers = await queries.answers(db, scope, [row.id for row in rows])
    takes = await _chosen_takes(db, scope, answers)
    for row in answers:
        by_session.setdefault(row.session_id, []).append(_answer(row, takes))
    return [_session(row, tuple(by_session.get(row.id, ()))) for row in rows]


async def _chosen_takes(db: AsyncSession, scope: Scope, answers: Iterable[AnswerRow]) -> dict[UUID, list[TakeRow]]:
    """The takes of recorded answers, by answer."""
    wanted = [answer.id for answer in answers if answer.recording_id is not None]
    by_answer: dict[UUID, list[TakeRow]] = {}
    for take in await queries.takes_by_answer(db, scope, wanted) if wanted else ():
        by_answer.setdefault(take.answer_id, []).append(take)
    return by_answer


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
        accommodation=terms.granted(row.accommodation),
        must_end_at=row.must_end_at,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
        knocked_out_by=row.knocked_out_by,
        link_id=row.link_id,
    )


def _answer(row: AnswerRow, takes: dict[UUID, list[TakeRow]]) -> Answer:
    own = takes.get(row.id, ())
    chosen = next((take for take in own if take.recording_id == row.recording_id), None)
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
        value=row.value,
        late_seconds=max((take.late_seconds for take in own), default=0.0),
        source=chosen.source if chosen else "camera",
    )
