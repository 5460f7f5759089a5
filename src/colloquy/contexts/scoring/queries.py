"""The only SQL of the scoring context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.scoring.models import DecisionRow, ReviewRow, ScoreRow
from colloquy.kit.db import Scope


async def take_turns(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Waits until nobody else scores this session; holds the turn until the transaction ends."""
    await db.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"colloquy.scoring.{scope.org_id}.{session_id}"},
    )


async def scores(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> Sequence[ScoreRow]:
    """The newest version of each session that has a score, in no order."""
    found = await db.scalars(
        select(ScoreRow)
        .where(ScoreRow.org_id == scope.org_id, ScoreRow.session_id.in_(list(session_ids)))
        .ext(distinct_on(ScoreRow.session_id))
        .order_by(ScoreRow.session_id, ScoreRow.version.desc())
    )
    return found.all()


async def score_versions(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[ScoreRow]:
    """Every version of the session's score, the first one first."""
    found = await db.scalars(
        select(ScoreRow)
        .where(ScoreRow.org_id == scope.org_id, ScoreRow.session_id == session_id)
        .order_by(ScoreRow.version)
    )
    return found.all()


async def reviews(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[ReviewRow]:
    """Each person's last scorecard of this session, in no order."""
    found = await db.scalars(
        select(ReviewRow)
        .where(ReviewRow.org_id == scope.org_id, ReviewRow.session_id == session_id)
        .ext(distinct_on(ReviewRow.person_id))
        .order_by(ReviewRow.person_id, ReviewRow.position.desc())
    )
    return found.all()


async def decisions(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[DecisionRow]:
    """Every decision about this session, the last one first."""
    found = await db.scalars(
        select(DecisionRow)
        .where(DecisionRow.org_id == scope.org_id, DecisionRow.session_id == session_id)
        .order_by(DecisionRow.position.desc())
    )
    return found.all()


async def decisions_in_force(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> Sequence[DecisionRow]:
    """The last decision about each of these sessions, of those that have one, in no order."""
    found = await db.scalars(
        select(DecisionRow)
        .where(DecisionRow.org_id == scope.org_id, DecisionRow.session_id.in_(list(session_ids)))
        .ext(distinct_on(DecisionRow.session_id))
        .order_by(DecisionRow.session_id, DecisionRow.position.desc())
    )
    return found.all()
