"""Which judgements count. Analysis keeps all versions beside each other; what people adopted decides among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.policy.again import Standing, complete, counting
from colloquy.kit.db import Scope


async def judgements(db: AsyncSession, scope: Scope, session_id: UUID) -> dict[UUID, analysis.StoredJudgements]:
    """The judgements that count, by answer: those of the first scoring, or of the run that a person adopted."""
    runs = (await counting_runs(db, scope, [session_id])).get(session_id, frozenset())
    return await analysis.judgements(db, scope, session_id, runs=runs)


async def counting_runs(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The runs whose judgements count, by session; sessions without any are left out."""
    session_ids = list(session_ids)
    asked = await queries.runs_of_sessions(db, scope, session_ids)
    if not asked:
        return {}
    run_ids = {run.id for _, run in asked}
    last_words: dict[UUID, int | None] = {}
    for word in await queries.adoptions(db, scope, run_ids):
        last_words.setdefault(word.run_id, word.position if word.adopted else None)
    states: dict[tuple[UUID, UUID], list[str]] = {}
    for item in await queries.run_items(db, scope, run_ids, session_ids=session_ids):
        states.setdefault((item.session_id, item.run_id), []).append(item.state)
    by_session: dict[UUID, list[Standing]] = {}
    for session_id, run in asked:
        by_session.setdefault(session_id, []).append(
            Standing(run.id, run.number, last_words.get(run.id), complete(states.get((session_id, run.id), ())))
        )
    return {session_id: runs for session_id, known in by_session.items() if (runs := counting(known))}


def newest(versions: Iterable[analysis.StoredJudgements], runs: Collection[UUID]) -> analysis.StoredJudgements | None:
    """The first of these, which are in falling order, that is of the first scoring or of one of the runs."""
    return next((one for one in versions if one.run_id is None or one.run_id in runs), None)


async def rubric_of(
    db: AsyncSession,
    scope: Scope,
    interview: interviews.Interview,
    found: Mapping[UUID, analysis.StoredJudgements],
    otherwise: str | None = None,
) -> interviews.Interview:
    """The interview with the rubric that these judgements went by, the last one where there are several.

    Without judgements that of `otherwise`. A version that was not kept is replaced by today's.
    """
    last = max(found.values(), key=lambda one: one.made_at, default=None)
    version = last.rubric_version if last else otherwise
    return await interviews.with_rubric(db, scope, interview, version) or interview
