"""The only SQL of the notifications context."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.notifications.models import SendingRow
from colloquy.contexts.notifications.policy.sending import SendingState
from colloquy.kit.db import Scope


async def add_sending(db: AsyncSession, scope: Scope, values: dict[str, Any]) -> bool:
    """Adds a row; False when this effect has written to this recipient already."""
    added = await db.execute(
        insert(SendingRow)
        .values(org_id=scope.org_id, **values)
        .on_conflict_do_nothing(constraint="uq_sendings_effect")
        .returning(SendingRow.id)
    )
    return added.first() is not None


async def lock_sending(db: AsyncSession, scope: Scope, sending_id: UUID) -> SendingRow | None:
    """The row, locked until the transaction ends and read afresh; None when it is not this tenant's."""
    return await db.scalar(
        select(SendingRow)
        .where(SendingRow.org_id == scope.org_id, SendingRow.id == sending_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def delete_about(db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> Sequence[tuple[UUID, str]]:
    """Removes every row about one of these; their ids and the message ids of their letters."""
    gone = await db.execute(
        delete(SendingRow)
        .where(SendingRow.org_id == scope.org_id, SendingRow.about_id.in_(list(ids)))
        .returning(SendingRow.id, SendingRow.message_id)
    )
    return [(row.id, row.message_id) for row in gone]


async def last_written(db: AsyncSession, scope: Scope, about_id: UUID, kind: str) -> datetime | None:
    """When the newest letter of this kind about this was written; None when there is none."""
    return await db.scalar(
        select(func.max(SendingRow.created_at)).where(
            SendingRow.org_id == scope.org_id, SendingRow.about_id == about_id, SendingRow.kind == kind
        )
    )


async def about(db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> Sequence[SendingRow]:
    """Every row about one of these, the oldest first."""
    found = await db.scalars(
        select(SendingRow)
        .where(SendingRow.org_id == scope.org_id, SendingRow.about_id.in_(list(ids)))
        .order_by(SendingRow.id)
    )
    return found.all()


async def by_message(db: AsyncSession, scope: Scope, message_id: str) -> SendingRow | None:
    """The row of the letter with this id, or None when it is not this tenant's."""
    return await db.scalar(
        select(SendingRow).where(SendingRow.org_id == scope.org_id, SendingRow.message_id == message_id)
    )


async def newest(
    db: AsyncSession, scope: Scope, *, state: SendingState | None, before: UUID | None, limit: int
) -> Sequence[SendingRow]:
    """At most `limit` rows, the newest first, older than `before`. Ids are made in the order of time."""
    query = select(SendingRow).where(SendingRow.org_id == scope.org_id)
    if state is not None:
        query = query.where(SendingRow.state == state)
    if before is not None:
        query = query.where(SendingRow.id < before)
    found = await db.scalars(query.order_by(SendingRow.id.desc()).limit(limit))
    return found.all()


async def counts(db: AsyncSession, scope: Scope) -> dict[SendingState, int]:
    """How many letters there are by state; states without any are left out."""
    rows = await db.execute(
        select(SendingRow.state, func.count()).where(SendingRow.org_id == scope.org_id).group_by(SendingRow.state)
    )
    return {SendingState(row[0]): row[1] for row in rows}
