"""When sessions are settled: whatever ends last does it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis.events import AnalysisCompleted
from colloquy.contexts.scoring.service.settle import settle
from colloquy.contexts.sessions.events import AnswerEnded, InterviewCompleted
from colloquy.kit.db import Scope
from colloquy.kit.events import Handler


async def something_ended(db: AsyncSession, event: AnalysisCompleted | AnswerEnded | InterviewCompleted) -> None:
    """An answer was evaluated, an answer ended otherwise, or the interview was handed in."""
    await settle(db, Scope(event.org_id), event.session_id)


HANDLERS = (
    Handler("scoring.analysis_completed", AnalysisCompleted, something_ended),
    Handler("scoring.answer_ended", AnswerEnded, something_ended),
    Handler("scoring.interview_completed", InterviewCompleted, something_ended),
)
