"""Scorecards and levels of many candidates at once: for calibration, where nobody reads a single one."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.identity import public as identity
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.service.standing import counting_runs, newest
from colloquy.kit.db import Scope


async def levels_given(
    db: AsyncSession, scope: Scope, session_ids: Collection[UUID]
) -> tuple[list[tuple[UUID, UUID, str, int]], dict[UUID, str]]:
    """Session, person, competency and level of every scorecard as it is now; and the names of these people."""
    rows = await queries.reviews_of(db, scope, session_ids)
    names = await identity.person_names(db, scope, {row.person_id for row in rows})
    levels = [(row.session_id, row.person_id, key, level) for row in rows for key, level in row.levels.items()]
    return levels, names


async def judged_levels(
    db: AsyncSession, scope: Scope, session_ids: Collection[UUID]
) -> dict[UUID, analysis.StoredJudgements]:
    """The judgements that count, by answer, as they were stored."""
    versions, runs = await analysis.histories(db, scope, session_ids), await counting_runs(db, scope, session_ids)
    found = {}
    for session_id, answers in versions.items():
        for answer_id, known in answers.items():
            if (counts := newest(known, runs.get(session_id, frozenset()))) is not None:
                found[answer_id] = counts
    return found
