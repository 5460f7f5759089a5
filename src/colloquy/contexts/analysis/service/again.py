"""Judging an answer once more: the next version beside the old one, which still counts until a person says otherwise.

A run asks for each answer once. What became of it is announced, also when there was nothing to judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import queries
from colloquy.contexts.analysis.events import JudgedAgain
from colloquy.contexts.analysis.policy.assessing import Assessment
from colloquy.contexts.analysis.service import judge
from colloquy.contexts.analysis.service.judge import ToJudge
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.jobs import enqueue

_EVALUATED = frozenset({sessions.AnswerState.ANALYSED, sessions.AnswerState.SCORED})


async def judge_again(
    db: AsyncSession, scope: Scope, session_id: UUID, answer_ids: Iterable[UUID], *, run_id: UUID
) -> int:
    """Has these answers of the session judged once more, as rubric and evaluators are when their turn comes.

    Returns how many are waiting for it now. Each ends with one `JudgedAgain`.
    """
    wanted = list(answer_ids)
    for answer_id in wanted:
        await enqueue(
            db,
            "analysis.judge_again",
            org_id=scope.org_id,
            session_id=session_id,
            answer_id=answer_id,
            run_id=run_id,
        )
    return len(wanted)


async def begin(db: AsyncSession, scope: Scope, session_id: UUID, answer_id: UUID, run_id: UUID) -> ToJudge | None:
    """What is to be read, or None when nothing is; then the run has been told."""
    if await queries.made_in_run(db, scope, answer_id, run_id):
        return None  # an earlier try of this job
    session = await sessions.session(db, scope, session_id)
    if session is None:
        return None  # erased meanwhile, and the run's line of it with it
    if session.human_only or not await judge.allowed(db, scope, session_id):
        await _tell(db, scope, session_id, answer_id, run_id, "not_allowed")
        return None
    answer = next((one for one in session.answers if one.id == answer_id), None)
    interview = await interviews.interview(db, scope, session.interview_id)
    question = interview and next((q for q in interview.questions if answer and q.id == answer.question_id), None)
    work = None
    if interview and question and answer and question.assessed and answer.state in _EVALUATED:
        work = await judge.to_judge(db, scope, session_id, interview, question, answer)
    if work is None or not work.question.competencies:
        await _tell(db, scope, session_id, answer_id, run_id, "not_judged")
        return None
    return work


async def save(db: AsyncSession, scope: Scope, work: ToJudge, made: Assessment, run_id: UUID) -> None:
    """Keeps the judgements beside the others and tells the run; once, however often it is called."""
    if not await sessions.hold_answer(db, scope, work.answer_id):
        return  # erased meanwhile
    if await queries.made_in_run(db, scope, work.answer_id, run_id):
        return
    if not await judge.allowed(db, scope, work.session_id):
        await _tell(db, scope, work.session_id, work.answer_id, run_id, "not_allowed")
        return
    await judge.keep(db, scope, work, made, run_id=run_id)
    await _tell(db, scope, work.session_id, work.answer_id, run_id, "judged")


async def refused(db: AsyncSession, scope: Scope, work: ToJudge, run_id: UUID) -> None:
    """No program may evaluate the answer now. What was there before still counts."""
    await _tell(db, scope, work.session_id, work.answer_id, run_id, "not_allowed")


async def gave_up(db: AsyncSession, scope: Scope, session_id: UUID, answer_id: UUID, run_id: UUID) -> None:
    """The evaluators never answered well."""
    if not await queries.made_in_run(db, scope, answer_id, run_id):
        await _tell(db, scope, session_id, answer_id, run_id, "failed")


async def _tell(db: AsyncSession, scope: Scope, session_id: UUID, answer_id: UUID, run_id: UUID, outcome: str) -> None:
    await publish(db, JudgedAgain(scope.org_id, session_id, answer_id, run_id, outcome))
