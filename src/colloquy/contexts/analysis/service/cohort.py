"""Judgements of many sessions at once, as they were stored: for comparing and counting, not for showing evidence."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import queries
from colloquy.contexts.analysis.service.read import StoredJudgements, stored_of
from colloquy.kit.db import Scope


async def histories(
    db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]
) -> dict[UUID, dict[UUID, list[StoredJudgements]]]:
    """Every version by session and answer, each answer's newest first.

    Levels are as they were stored: quotes are not held against the words of today, which `judgements` does.
    """
    found: dict[UUID, dict[UUID, list[StoredJudgements]]] = {}
    for row in await queries.sets_of(db, scope, session_ids):
        found.setdefault(row.session_id, {}).setdefault(row.answer_id, []).append(stored_of(row))
    return found
