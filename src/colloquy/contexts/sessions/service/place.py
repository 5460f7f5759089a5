"""Where a candidate is: the questions, the rules that hold for this candidate, what was answered, what is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import (
    ConsentMissing,
    QuestionClosed,
    SessionEnded,
    SessionNotFound,
    SessionOver,
    TimeOver,
)
from colloquy.contexts.sessions.events import SessionStarted
from colloquy.contexts.sessions.models import AnswerRow, SessionRow
from colloquy.contexts.sessions.policy import course, rules, terms
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _
from colloquy.kit.jobs import enqueue


@dataclass(frozen=True, slots=True)
class Place:
    """A session with everything that its rules follow from."""

    row: SessionRow
    interview: interviews.Interview
    granted: interviews.Accommodation
    answers: dict[UUID, AnswerRow]
    course: course.Course

    @property
    def scope(self) -> Scope:
        """The tenant."""
        return Scope(self.row.org_id)

    def question(self, question_id: UUID) -> interviews.Question:
        """One of the interview's questions. QuestionClosed for any other id."""
        for question in self.interview.questions:
            if question.id == question_id:
                return question
        raise QuestionClosed(_("This question is not part of the interview."))

    def terms(self, question: interviews.Question) -> terms.Terms:
        """The question's rules for this candidate."""
        return terms.terms(question, self.granted)


async def interview_of(db: AsyncSession, row: SessionRow) -> interviews.Interview:
    """The interview of a session."""
    found = await interviews.interview(db, Scope(row.org_id), row.interview_id)
    if found is None:
        raise SessionNotFound(_("This interview is not there any more."))
    return found


async def place(db: AsyncSession, row: SessionRow) -> Place:
    """Where this session's candidate is."""
    interview = await interview_of(db, row)
    answers = {answer.question_id: answer for answer in await queries.answers(db, Scope(row.org_id), [row.id])}
    steps = {
        question_id: course.Step(question_id, answer.opened_at, answer.submitted_at, answer.state, answer.value)
        for question_id, answer in answers.items()
    }
    found = course.course(interview.questions, interview.order, steps, row.current_question_id)
    return Place(row, interview, terms.granted(row.accommodation), answers, found)


def require_open(row: SessionRow, *, arriving: bool = False) -> None:
    """ConsentMissing before the candidate agreed; SessionOver, SessionEnded once nothing can be answered any more.

    With `arriving` for what was recorded in time and took its time on the network.
    """
    grace = rules.ARRIVAL_GRACE if arriving else rules.CLOCK_GRACE
    state = SessionState(row.state)
    if state.handed_in:
        raise SessionOver(_("The interview is handed in already. Nothing was changed."))
    if state is SessionState.WITHDRAWN:
        raise SessionEnded(_("You have withdrawn from this interview."), state=row.state)
    if state is SessionState.EXPIRED or (row.expires_at is not None and row.expires_at + grace <= clock.now()):
        raise SessionEnded(_("The time to answer is over. Ask the company for more time."), state="expired")
    if state is SessionState.OPENED:
        raise ConsentMissing(_("Read the notice and choose first; then the questions open."))


def require_time(row: SessionRow) -> None:
    """TimeOver once the time for the whole interview is over, with a little grace for what was just being sent."""
    if row.must_end_at is not None and clock.now() > row.must_end_at + rules.CLOCK_GRACE:
        raise TimeOver(_("The time for the interview is over. What you have answered is being handed in."))


async def open_question(db: AsyncSession, found: Place, question_id: UUID) -> AnswerRow:
    """Opens a question that may be answered now: its think time runs from here. Again changes nothing.

    QuestionClosed when it is answered already or not its turn; TimeOver.
    """
    require_open(found.row)
    require_time(found.row)
    question = found.question(question_id)
    if not found.course.may_open(question_id, found.interview.order):
        raise QuestionClosed(_("This question is answered already, or not open yet."))
    row, answer, now = found.row, found.answers[question.id], clock.now()
    if row.state == SessionState.CONSENTED:
        await _start(db, found)
    row.current_question_id = question.id
    if answer.opened_at is None:
        answer.opened_at = row.updated_at = now
    return answer


async def _start(db: AsyncSession, found: Place) -> None:
    row, now = found.row, clock.now()
    row.state, row.started_at, row.updated_at = SessionState.IN_PROGRESS, now, now
    seconds = terms.limit_seconds(found.interview.time_limit_minutes, found.granted)
    if seconds is not None:
        row.must_end_at = now + timedelta(seconds=seconds)
        await look_at_the_clock(db, row)
    await publish(db, SessionStarted(org_id=row.org_id, session_id=row.id))


async def look_at_the_clock(db: AsyncSession, row: SessionRow) -> None:
    """Has the session looked at when its time is over, and by then handed in."""
    if row.must_end_at is not None:
        at = row.must_end_at + rules.CLOCK_GRACE
        await enqueue(db, "sessions.end_time", at=at, org_id=row.org_id, session_id=row.id)
