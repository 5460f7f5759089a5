"""The only SQL of this context."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.impact.models import DemographicsRow, ImpactSettingsRow
from colloquy.kit.db import Scope


async def settings(db: AsyncSession, scope: Scope) -> ImpactSettingsRow | None:
    """The organisation's row; None while nobody has ever asked."""
    return await db.get(ImpactSettingsRow, scope.org_id, populate_existing=True)


async def set_asks(db: AsyncSession, scope: Scope, *, asks: bool, salt: bytes, by: UUID) -> None:
    """Turns asking on or off. `salt` counts the first time only: what is kept under it stays to be found."""
    row = {"org_id": scope.org_id, "asks": asks, "salt": salt, "changed_by": by}
    changed = {"asks": asks, "changed_by": by, "changed_at": func.now()}
    await db.execute(
        insert(ImpactSettingsRow).values(row).on_conflict_do_update(index_elements=["org_id"], set_=changed)
    )


async def put(db: AsyncSession, scope: Scope, subject: bytes, sex: str | None, race: str | None) -> None:
    """Keeps an answer in the place of the one before."""
    row = {"org_id": scope.org_id, "subject": subject, "sex": sex, "race": race}
    changed = {"sex": sex, "race": race}
    await db.execute(
        insert(DemographicsRow).values(row).on_conflict_do_update(index_elements=["org_id", "subject"], set_=changed)
    )


async def remove(db: AsyncSession, scope: Scope, subject: bytes) -> None:
    """Forgets an answer; that there is none is fine."""
    await db.execute(
        delete(DemographicsRow).where(DemographicsRow.org_id == scope.org_id, DemographicsRow.subject == subject)
    )


async def answers(db: AsyncSession, scope: Scope, subjects: Collection[bytes]) -> Sequence[DemographicsRow]:
    """The answers kept under these names."""
    found = await db.scalars(
        select(DemographicsRow).where(DemographicsRow.org_id == scope.org_id, DemographicsRow.subject.in_(subjects))
    )
    return found.all()
