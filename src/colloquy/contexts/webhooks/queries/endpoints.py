"""Endpoints of an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.webhooks.models import EndpointRow
from colloquy.kit.db import Scope


async def endpoints(db: AsyncSession, scope: Scope) -> Sequence[EndpointRow]:
    """All of them, the oldest first."""
    rows = await db.scalars(
        select(EndpointRow)
        .where(EndpointRow.org_id == scope.org_id)
        .order_by(EndpointRow.created_at, EndpointRow.id)
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def endpoint(db: AsyncSession, scope: Scope, endpoint_id: UUID) -> EndpointRow | None:
    """One, as it is now."""
    return await db.scalar(
        select(EndpointRow)
        .where(EndpointRow.org_id == scope.org_id, EndpointRow.id == endpoint_id)
        .execution_options(populate_existing=True)
    )


async def lock_endpoint(db: AsyncSession, scope: Scope, endpoint_id: UUID) -> EndpointRow | None:
    """One, locked until the transaction ends."""
    return await db.scalar(
        select(EndpointRow)
        .where(EndpointRow.org_id == scope.org_id, EndpointRow.id == endpoint_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def listening(db: AsyncSession, scope: Scope, event_type: str) -> list[UUID]:
    """The endpoints that are on and want this type."""
    rows = await db.scalars(
        select(EndpointRow.id).where(
            EndpointRow.org_id == scope.org_id, EndpointRow.enabled, EndpointRow.event_types.contains([event_type])
        )
    )
    return list(rows)


async def count(db: AsyncSession, scope: Scope) -> int:
    """How many there are."""
    return await db.scalar(select(func.count()).where(EndpointRow.org_id == scope.org_id)) or 0


async def add(db: AsyncSession, scope: Scope, values: dict[str, Any]) -> None:
    """Adds one."""
    await db.execute(insert(EndpointRow).values(org_id=scope.org_id, **values))


async def remove(db: AsyncSession, scope: Scope, endpoint_id: UUID) -> bool:
    """Removes one with all its messages; whether it was there."""
    removed = await db.execute(
        delete(EndpointRow)
        .where(EndpointRow.org_id == scope.org_id, EndpointRow.id == endpoint_id)
        .returning(EndpointRow.id)
    )
    return removed.first() is not None
