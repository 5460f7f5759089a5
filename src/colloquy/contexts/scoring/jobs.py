"""When sessions are settled: whatever ends last does it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis.events import AnalysisCompleted, JudgedAgain
from colloquy.contexts.scoring.queries import forget_quotes
from colloquy.contexts.scoring.service.again_work import judged_again
from colloquy.contexts.scoring.service.settle import settle
from colloquy.contexts.sessions.events import AnswerEnded, InterviewCompleted, WordsForgotten
from colloquy.kit.db import Database, Scope
from colloquy.kit.events import Handler
from colloquy.kit.jobs import Job


async def something_ended(db: AsyncSession, event: AnalysisCompleted | AnswerEnded | InterviewCompleted) -> None:
    """An answer was evaluated, an answer ended otherwise, or the interview was handed in."""
    await settle(db, Scope(event.org_id), event.session_id)


async def words_forgotten(db: AsyncSession, event: WordsForgotten) -> None:
    """The words' time is over: comments lose what they quote."""
    await forget_quotes(db, Scope(event.org_id), event.session_id)


async def settle_session(database: Database, *, org_id: UUID, session_id: UUID) -> None:
    """Makes the numbers of a session anew: somebody said which judgements count."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await settle(db, scope, session_id)


JOBS = (Job("scoring.settle", settle_session),)

HANDLERS = (
    Handler("scoring.judged_again", JudgedAgain, judged_again),
    Handler("scoring.analysis_completed", AnalysisCompleted, something_ended),
    Handler("scoring.answer_ended", AnswerEnded, something_ended),
    Handler("scoring.interview_completed", InterviewCompleted, something_ended),
    Handler("scoring.words_forgotten", WordsForgotten, words_forgotten),
)
