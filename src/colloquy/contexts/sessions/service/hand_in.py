"""Handing in: by the candidate, by a rule that ends the interview, or by the server when the time is over."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.sessions.errors import AnswersMissing
from colloquy.contexts.sessions.events import InterviewCompleted
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.policy.states import (
    ENDED_EARLY,
    LEFT_OUT,
    OFF_PATH,
    AnswerState,
    SessionState,
)
from colloquy.contexts.sessions.service import progress
from colloquy.contexts.sessions.service.place import Place, place, require_open
from colloquy.kit import clock
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _


async def complete(db: AsyncSession, row: SessionRow) -> bool:
    """Hands the interview in. AnswersMissing names what is open; a second time is fine and returns False."""
    if SessionState(row.state).handed_in:
        return False
    require_open(row, arriving=True)
    found = await place(db, row)
    missing = [number for number, question in enumerate(found.course.path, 1) if question in found.course.required]
    if missing:
        numbers = ", ".join(str(number) for number in missing)
        raise AnswersMissing(_("These questions have no answer yet: %(numbers)s.", numbers=numbers), missing=missing)
    await finish(db, found, LEFT_OUT)
    return True


async def if_ended_early(db: AsyncSession, row: SessionRow) -> UUID | None:
    """Hands the interview in when the last answer has ended it by a rule. The question whose rule it was, or None."""
    await db.flush()
    found = await place(db, row)
    if found.course.ended_by is None:
        return None
    row.knocked_out_by = found.course.ended_by.id
    await finish(db, found, ENDED_EARLY)
    return found.course.ended_by.id


async def finish(db: AsyncSession, found: Place, why: tuple[str, str]) -> None:
    """Ends every question that has no answer and hands the interview in.

    What branching left out was not asked; of the rest, `why` says why there is no answer. After a rule has ended the
    interview, what came later was not asked either.
    """
    row, on_path = found.row, {question.id for question in found.course.path}
    ended_early = found.course.ended_by is not None
    for question_id, answer in found.answers.items():
        if answer.submitted_at is not None:
            continue
        if ended_early:
            ending, reason = AnswerState.NOT_ASKED, ENDED_EARLY
        elif question_id not in on_path:
            ending, reason = AnswerState.NOT_ASKED, OFF_PATH
        else:
            ending, reason = AnswerState.MISSING, why
        await progress.end(db, found.scope, answer, ending, *reason)
    row.state, row.completed_at, row.updated_at = SessionState.COMPLETED, clock.now(), clock.now()
    row.current_question_id = None
    await publish(db, InterviewCompleted(org_id=row.org_id, session_id=row.id))
