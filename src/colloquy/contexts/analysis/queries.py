"""The only SQL of the analysis context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis.models import JudgementSetRow
from colloquy.kit.db import Scope


async def sets(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[JudgementSetRow]:
    """Every set of the session's answers, each answer's newest version first."""
    found = await db.scalars(
        select(JudgementSetRow)
        .where(JudgementSetRow.org_id == scope.org_id, JudgementSetRow.session_id == session_id)
        .order_by(JudgementSetRow.answer_id, JudgementSetRow.version.desc())
    )
    return found.all()


async def sets_of(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> Sequence[JudgementSetRow]:
    """Every set of these sessions' answers, each answer's newest version first."""
    found = await db.scalars(
        select(JudgementSetRow)
        .where(JudgementSetRow.org_id == scope.org_id, JudgementSetRow.session_id.in_(list(session_ids)))
        .order_by(JudgementSetRow.answer_id, JudgementSetRow.version.desc())
    )
    return found.all()


async def latest_version(db: AsyncSession, scope: Scope, answer_id: UUID) -> int:
    """How many sets the answer has."""
    newest = await db.scalar(
        select(func.max(JudgementSetRow.version)).where(
            JudgementSetRow.org_id == scope.org_id, JudgementSetRow.answer_id == answer_id
        )
    )
    return int(newest or 0)


async def made_before(
    db: AsyncSession,
    scope: Scope,
    answer_id: UUID,
    *,
    evaluator: str,
    prompt_version: str,
    rubric_version: str,
    transcript_hash: str,
) -> bool:
    """Whether this evaluator has judged these words by this rubric already."""
    found = await db.scalar(
        select(JudgementSetRow.id).where(
            JudgementSetRow.org_id == scope.org_id,
            JudgementSetRow.answer_id == answer_id,
            JudgementSetRow.evaluator == evaluator,
            JudgementSetRow.prompt_version == prompt_version,
            JudgementSetRow.rubric_version == rubric_version,
            JudgementSetRow.transcript_hash == transcript_hash,
        )
    )
    return found is not None


async def made_in_run(db: AsyncSession, scope: Scope, answer_id: UUID, run_id: UUID) -> bool:
    """Whether this run of scoring again has judged the answer already."""
    found = await db.scalar(
        select(JudgementSetRow.id).where(
            JudgementSetRow.org_id == scope.org_id,
            JudgementSetRow.answer_id == answer_id,
            JudgementSetRow.run_id == run_id,
        )
    )
    return found is not None
