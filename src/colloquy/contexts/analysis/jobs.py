"""Background work on answers that have words. No transaction is open while an evaluator reads."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis.policy.evaluator import Evaluator
from colloquy.contexts.analysis.service import again, forget, judge
from colloquy.contexts.analysis.service.assess import Assessor
from colloquy.contexts.inference import public as inference
from colloquy.contexts.sessions.events import AnswerReady, WordsForgotten
from colloquy.kit.db import Database, Scope
from colloquy.kit.events import Handler
from colloquy.kit.jobs import Job, enqueue


async def answer_ready(db: AsyncSession, event: AnswerReady) -> None:
    """An answer has words: an evaluator is to read them."""
    await enqueue(db, "analysis.judge", org_id=event.org_id, session_id=event.session_id, answer_id=event.answer_id)


async def judge_answer(
    database: Database,
    rules: Evaluator,
    models: inference.Inference,
    *,
    org_id: UUID,
    session_id: UUID,
    answer_id: UUID,
) -> None:
    """Has one answer judged, if its candidate agrees to that at this moment."""
    scope, assessor = Scope(org_id), Assessor(rules, models)
    first_choice = await assessor.first_choice(scope)
    async with database.begin(scope) as db:
        work = await judge.begin(db, scope, first_choice, session_id, answer_id)
    if work is None:
        return
    try:
        made = await assessor.assess(scope, work.about, work.question, work.answer)
    except inference.NoAnswer:  # consent was taken back since it was looked at
        async with database.begin(scope) as db:
            await judge.refused(db, scope, session_id, answer_id)
        return
    async with database.begin(scope) as db:
        await judge.save(db, scope, work, made)


async def judge_answer_again(
    database: Database,
    rules: Evaluator,
    models: inference.Inference,
    *,
    org_id: UUID,
    session_id: UUID,
    answer_id: UUID,
    run_id: UUID,
) -> None:
    """Has one answer judged once more, as rubric and evaluator are now, beside what is there."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        work = await again.begin(db, scope, session_id, answer_id, run_id)
    if work is None:
        return
    try:
        made = await Assessor(rules, models).assess(scope, work.about, work.question, work.answer)
    except inference.NoAnswer:  # consent was taken back since it was looked at
        async with database.begin(scope) as db:
            await again.refused(db, scope, work, run_id)
        return
    async with database.begin(scope) as db:
        await again.save(db, scope, work, made, run_id)


async def judging_gave_up(database: Database, *, org_id: UUID, answer_id: UUID) -> None:
    """The last try ended badly: the answer says so and can be run again. The reason is in the dead letter."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await judge.gave_up(db, scope, answer_id)


async def judging_again_gave_up(
    database: Database, *, org_id: UUID, session_id: UUID, answer_id: UUID, run_id: UUID
) -> None:
    """The last try ended badly: the run is told, and what was there before still counts."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await again.gave_up(db, scope, session_id, answer_id, run_id)


JOBS = (
    Job("analysis.judge", judge_answer, gave_up=judging_gave_up),
    Job("analysis.judge_again", judge_answer_again, gave_up=judging_again_gave_up),
)

HANDLERS = (
    Handler("analysis.answer_ready", AnswerReady, answer_ready),
    Handler("analysis.words_forgotten", WordsForgotten, forget.words_forgotten),
)
