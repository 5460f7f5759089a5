"""Keys of an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference.models import KeyRow
from colloquy.contexts.inference.policy.keys import KeyState
from colloquy.kit.db import Scope


async def keys(db: AsyncSession, scope: Scope) -> Sequence[KeyRow]:
    """Every key, the retired ones last."""
    rows = await db.scalars(
        select(KeyRow)
        .where(KeyRow.org_id == scope.org_id)
        .order_by(KeyRow.retired_at.is_not(None), KeyRow.vendor, KeyRow.base_url, KeyRow.created_at, KeyRow.id)
    )
    return rows.all()


async def addresses(db: AsyncSession, scope: Scope) -> dict[tuple[str, str], bool]:
    """(vendor, base_url) of every key that is not retired; whether one of them is active."""
    rows = await db.execute(
        select(KeyRow.vendor, KeyRow.base_url, func.bool_or(KeyRow.state == KeyState.ACTIVE))
        .where(KeyRow.org_id == scope.org_id, KeyRow.state != KeyState.RETIRED)
        .group_by(KeyRow.vendor, KeyRow.base_url)
    )
    return {(vendor, base_url): bool(active) for vendor, base_url, active in rows}


async def lock_pool(db: AsyncSession, scope: Scope, address: tuple[str, str]) -> Sequence[KeyRow]:
    """The active keys of an address, locked: whoever takes one next sees this taking."""
    vendor, base_url = address
    rows = await db.scalars(
        select(KeyRow)
        .where(
            KeyRow.org_id == scope.org_id,
            KeyRow.vendor == vendor,
            KeyRow.base_url == base_url,
            KeyRow.state == KeyState.ACTIVE,
        )
        .order_by(KeyRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def lock_key(db: AsyncSession, scope: Scope, key_id: UUID) -> KeyRow | None:
    """The row, locked until the transaction ends; None when it is not this tenant's."""
    return await db.scalar(
        select(KeyRow)
        .where(KeyRow.org_id == scope.org_id, KeyRow.id == key_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def count_keys(db: AsyncSession, scope: Scope) -> int:
    """How many keys there are that are not retired."""
    counted = select(func.count()).where(KeyRow.org_id == scope.org_id, KeyRow.state != KeyState.RETIRED)
    return await db.scalar(counted) or 0


async def add_key(db: AsyncSession, scope: Scope, values: dict[str, Any]) -> bool:
    """Adds a row; False when this very key is there already."""
    added = await db.execute(
        insert(KeyRow).values(org_id=scope.org_id, **values).on_conflict_do_nothing().returning(KeyRow.id)
    )
    return added.first() is not None


async def set_use(
    db: AsyncSession, key_id: UUID, *, minute: datetime | None, uses: int, before: int, used_at: datetime | None
) -> None:
    """Counts a use of a key of a pool that is locked."""
    await db.execute(
        update(KeyRow)
        .where(KeyRow.id == key_id)
        .values(minute=minute, minute_uses=uses, minute_before=before, used_at=used_at)
    )


async def rest(db: AsyncSession, scope: Scope, key_id: UUID, until: datetime, reason: str) -> None:
    """Leaves a key alone until then; a longer rest that it has already stays."""
    await db.execute(
        update(KeyRow)
        .where(KeyRow.org_id == scope.org_id, KeyRow.id == key_id, KeyRow.state == KeyState.ACTIVE)
        .values(rests_until=func.greatest(func.coalesce(KeyRow.rests_until, until), until), rest_reason=reason)
    )


async def refuse(db: AsyncSession, scope: Scope, key_id: UUID, reason: str) -> bool:
    """Marks an active key as refused by its vendor; False when it was not active any more."""
    changed = await db.execute(
        update(KeyRow)
        .where(KeyRow.org_id == scope.org_id, KeyRow.id == key_id, KeyRow.state == KeyState.ACTIVE)
        .values(state=KeyState.REFUSED, rest_reason=reason, rests_until=None)
        .returning(KeyRow.id)
    )
    return changed.first() is not None
