"""What a conversation needs of its session: the open question, words kept while it goes on, its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import QuestionClosed
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.policy.states import LEFT_OUT, SessionState
from colloquy.contexts.sessions.service import hand_in, submit
from colloquy.contexts.sessions.service.place import open_question, place, require_open
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _

LONGEST_WORDS = 100_000


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """A conversation that is going on. `must_end_at` is the earlier of its own end and the interview's."""

    scope: Scope
    session_id: UUID
    answer_id: UUID
    question: interviews.Question
    opened_at: datetime
    must_end_at: datetime
    interview: interviews.Interview
    candidate_name: str
    language: str
    ai_allowed: bool
    tab: str | None


async def open_conversation(db: AsyncSession, row: SessionRow) -> OpenConversation:
    """The conversation that is the candidate's turn, opened by this if it was not. QuestionClosed when it is not."""
    require_open(row)
    found = await place(db, row)
    question = found.course.current
    if question is None or question.kind is not interviews.AnswerKind.CONVERSATION:
        raise QuestionClosed(_("There is no conversation to go on with now."))
    answer = await open_question(db, found, question.id)
    opened_at = answer.opened_at or clock.now()
    ends_at = opened_at + timedelta(seconds=found.terms(question).answer_seconds)
    await db.flush()
    return OpenConversation(
        scope=found.scope,
        session_id=row.id,
        answer_id=answer.id,
        question=question,
        opened_at=opened_at,
        must_end_at=ends_at if row.must_end_at is None else min(ends_at, row.must_end_at),
        interview=found.interview,
        candidate_name=row.name,
        language=row.language,
        ai_allowed=not row.human_only and await privacy.ai_evaluation_allowed(db, found.scope, row.id),
        tab=row.tab,
    )


async def keep_words(db: AsyncSession, scope: Scope, answer_id: UUID, text: str) -> None:
    """Keeps the candidate's words so far, to be handed in should the time end first."""
    answer = await queries.lock_answer(db, scope, answer_id)
    if answer is not None and answer.submitted_at is None:
        answer.draft = text[:LONGEST_WORDS]


async def finish_conversation(db: AsyncSession, scope: Scope, answer_id: UUID, text: str) -> bool:
    """Makes the candidate's words the answer; without words there is none. False when it was finished before."""
    asked = await queries.answer(db, scope, answer_id)
    row = None if asked is None else await queries.lock_session(db, scope, asked.session_id)
    if row is None or SessionState(row.state) is not SessionState.IN_PROGRESS:
        return False
    answer = await queries.lock_answer(db, scope, answer_id)
    if answer is None or answer.submitted_at is not None:
        return False
    found = await place(db, row)
    if text.strip():
        await submit.use_text(db, found, answer, text[:LONGEST_WORDS])
    else:
        await submit.leave_out(db, found, answer, LEFT_OUT)
    await hand_in.if_ended_early(db, row)
    return True
