"""SQL of rubric versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews.models import RubricVersionRow
from colloquy.kit.db import Scope


async def keep(db: AsyncSession, row: dict[str, Any]) -> None:
    """Adds a version unless it is there already."""
    await db.execute(
        insert(RubricVersionRow).values(**row).on_conflict_do_nothing(index_elements=["interview_id", "version"])
    )


async def any_kept(db: AsyncSession, scope: Scope, interview_id: UUID) -> bool:
    """Whether any version of the interview's rubric is kept."""
    found = await db.scalar(
        select(RubricVersionRow.id)
        .where(RubricVersionRow.org_id == scope.org_id, RubricVersionRow.interview_id == interview_id)
        .limit(1)
    )
    return found is not None


async def kept(db: AsyncSession, scope: Scope, interview_id: UUID, version: str) -> RubricVersionRow | None:
    """One version."""
    return (
        await db.execute(
            select(RubricVersionRow).where(
                RubricVersionRow.org_id == scope.org_id,
                RubricVersionRow.interview_id == interview_id,
                RubricVersionRow.version == version,
            )
        )
    ).scalar_one_or_none()


async def versions(db: AsyncSession, scope: Scope, interview_id: UUID) -> Sequence[RubricVersionRow]:
    """Every version, the last one first."""
    found = await db.scalars(
        select(RubricVersionRow)
        .where(RubricVersionRow.org_id == scope.org_id, RubricVersionRow.interview_id == interview_id)
        .order_by(RubricVersionRow.position.desc())
    )
    return found.all()
