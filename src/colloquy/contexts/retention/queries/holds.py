"""Legal holds."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.retention.models import HoldRow
from colloquy.kit.db import Scope


async def lock(db: AsyncSession, scope: Scope, *, shared: bool) -> None:
    """Whoever deletes takes it shared, whoever places a hold alone: one of them is first, and the other one sees it."""
    which = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    await db.execute(
        text(f"select {which}(hashtextextended(:name, 0))"),
        {"name": f"colloquy.hold.{scope.org_id}"},
    )


async def active(db: AsyncSession, scope: Scope) -> Sequence[HoldRow]:
    """Those in force, the oldest first."""
    found = await db.scalars(
        select(HoldRow)
        .where(HoldRow.org_id == scope.org_id, HoldRow.released_at.is_(None))
        .order_by(HoldRow.placed_at, HoldRow.id)
    )
    return found.all()


async def newest(db: AsyncSession, scope: Scope, limit: int) -> Sequence[HoldRow]:
    """All, those in force first, then the newest."""
    found = await db.scalars(
        select(HoldRow)
        .where(HoldRow.org_id == scope.org_id)
        .order_by(HoldRow.released_at.is_not(None), HoldRow.placed_at.desc(), HoldRow.id.desc())
        .limit(limit)
    )
    return found.all()


async def lock_hold(db: AsyncSession, scope: Scope, hold_id: UUID) -> HoldRow | None:
    """One, locked; None when it is not this tenant's."""
    return await db.scalar(
        select(HoldRow)
        .where(HoldRow.org_id == scope.org_id, HoldRow.id == hold_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
