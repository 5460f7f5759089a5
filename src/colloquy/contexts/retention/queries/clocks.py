"""Wishes of organisations and interviews, and what each candidate was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.retention.models import ClocksRow, SessionClocksRow
from colloquy.kit.db import Scope


async def wishes(db: AsyncSession, scope: Scope, interview_id: UUID | None) -> Sequence[ClocksRow]:
    """The organisation's row and the interview's, those of them that there are."""
    found = await db.scalars(
        select(ClocksRow)
        .where(
            ClocksRow.org_id == scope.org_id,
            or_(ClocksRow.interview_id.is_(None), ClocksRow.interview_id == interview_id),
        )
        .execution_options(populate_existing=True)
    )
    return found.all()


async def put_wish(db: AsyncSession, scope: Scope, values: dict[str, Any]) -> None:
    """Sets the row of the organisation, or of the interview in `values`."""
    await db.execute(
        insert(ClocksRow)
        .values(org_id=scope.org_id, **values)
        .on_conflict_do_update(index_elements=["org_id", "interview_id"], set_=values)
    )


async def add_session(db: AsyncSession, scope: Scope, session_id: UUID, told: dict[str, int]) -> None:
    """Notes what a candidate was told, the first time."""
    await db.execute(
        insert(SessionClocksRow)
        .values(org_id=scope.org_id, session_id=session_id, told=told)
        .on_conflict_do_nothing(index_elements=["session_id"])
    )


async def sessions(db: AsyncSession, scope: Scope, ids: Sequence[UUID]) -> Sequence[SessionClocksRow]:
    """What candidates of these sessions were told."""
    found = await db.scalars(
        select(SessionClocksRow)
        .where(SessionClocksRow.org_id == scope.org_id, SessionClocksRow.session_id.in_(list(ids)))
        .execution_options(populate_existing=True)
    )
    return found.all()


async def end(db: AsyncSession, scope: Scope, session_id: UUID, clock: str, at: datetime) -> None:
    """Notes that a clock has ended, the first time."""
    column = getattr(SessionClocksRow, f"{clock}_ended_at")
    await db.execute(
        update(SessionClocksRow)
        .where(SessionClocksRow.org_id == scope.org_id, SessionClocksRow.session_id == session_id, column.is_(None))
        .values({column: at})
    )
