"""Models and budgets of an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference.models import BudgetRow, ModelRow, SpendingRow
from colloquy.kit.db import Scope


async def models(db: AsyncSession, scope: Scope) -> Sequence[ModelRow]:
    """Every model, enabled or not, in the organisation's order."""
    rows = await db.scalars(
        select(ModelRow)
        .where(ModelRow.org_id == scope.org_id)
        .order_by(ModelRow.position, ModelRow.vendor, ModelRow.model, ModelRow.base_url)
    )
    return rows.all()


async def model(db: AsyncSession, scope: Scope, model_id: UUID) -> ModelRow | None:
    """The row, locked until the transaction ends; None when it is not this tenant's."""
    return await db.scalar(
        select(ModelRow)
        .where(ModelRow.org_id == scope.org_id, ModelRow.id == model_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def count_models(db: AsyncSession, scope: Scope) -> int:
    """How many there are. Others who add one wait until this transaction ends."""
    await _one_at_a_time(db, scope)
    return await db.scalar(select(func.count()).where(ModelRow.org_id == scope.org_id)) or 0


async def _one_at_a_time(db: AsyncSession, scope: Scope) -> None:
    await db.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"inference.{scope.org_id}"}
    )


async def add_model(db: AsyncSession, scope: Scope, values: dict[str, Any]) -> bool:
    """Adds a row; False when the organisation has this model at this address already."""
    added = await db.execute(
        insert(ModelRow).values(org_id=scope.org_id, **values).on_conflict_do_nothing().returning(ModelRow.id)
    )
    return added.first() is not None


async def remove_model(db: AsyncSession, scope: Scope, model_id: UUID) -> bool:
    """Removes the row; False when there is none."""
    gone = await db.execute(
        delete(ModelRow).where(ModelRow.org_id == scope.org_id, ModelRow.id == model_id).returning(ModelRow.id)
    )
    return gone.first() is not None


async def set_resting(
    db: AsyncSession, scope: Scope, address: tuple[str, str], until: datetime | None, *, now: datetime
) -> None:
    """Says of the models at an address until when they are left alone. Writes only what changes."""
    vendor, base_url = address
    changes = ModelRow.rests_until.is_(None) | (ModelRow.rests_until <= now) if until else ModelRow.rests_until > now
    await db.execute(
        update(ModelRow)
        .where(ModelRow.org_id == scope.org_id, ModelRow.vendor == vendor, ModelRow.base_url == base_url, changes)
        .values(rests_until=until)
    )


async def budget(db: AsyncSession, scope: Scope) -> BudgetRow | None:
    """The limits, if any were set."""
    return await db.scalar(select(BudgetRow).where(BudgetRow.org_id == scope.org_id))


async def put_budget(db: AsyncSession, scope: Scope, values: dict[str, Any]) -> None:
    """Sets the limits."""
    await db.execute(
        insert(BudgetRow)
        .values(org_id=scope.org_id, **values)
        .on_conflict_do_update(index_elements=[BudgetRow.org_id], set_=values)
    )


async def spending(db: AsyncSession, scope: Scope, month: date) -> tuple[int, int]:
    """What the month has cost in microdollars, and how many of its calls have no known price."""
    row = (
        await db.execute(
            select(SpendingRow.microdollars, SpendingRow.unknown_calls).where(
                SpendingRow.org_id == scope.org_id, SpendingRow.month == month
            )
        )
    ).first()
    return (0, 0) if row is None else (row.microdollars, row.unknown_calls)


async def spend(db: AsyncSession, scope: Scope, month: date, microdollars: int, unknown: int) -> int:
    """Adds to the month. Returns what it has cost with this; those who add at once do so one after the other."""
    total: int | None = await db.scalar(
        insert(SpendingRow)
        .values(org_id=scope.org_id, month=month, microdollars=microdollars, unknown_calls=unknown)
        .on_conflict_do_update(
            index_elements=[SpendingRow.org_id, SpendingRow.month],
            set_={
                "microdollars": SpendingRow.microdollars + microdollars,
                "unknown_calls": SpendingRow.unknown_calls + unknown,
            },
        )
        .returning(SpendingRow.microdollars)
    )
    assert total is not None  # noqa: S101 - an upsert returns its row
    return total
