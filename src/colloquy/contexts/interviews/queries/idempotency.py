"""SQL of idempotency keys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, cast, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews.models import IdempotencyRow
from colloquy.kit.db import Scope


async def claim(db: AsyncSession, scope: Scope, person_id: UUID, key: str, request_hash: bytes, at: datetime) -> bool:
    """Takes the key for this transaction; False when it is taken. Waits for one that is being taken elsewhere."""
    taken = await db.execute(
        insert(IdempotencyRow)
        .values(org_id=scope.org_id, person_id=person_id, key=key, request_hash=request_hash, created_at=at)
        .on_conflict_do_nothing()
        .returning(IdempotencyRow.key)
    )
    return taken.first() is not None


async def find(db: AsyncSession, scope: Scope, person_id: UUID, key: str) -> IdempotencyRow | None:
    """What is kept under the key."""
    row = await db.execute(
        select(IdempotencyRow).where(
            IdempotencyRow.org_id == scope.org_id, IdempotencyRow.person_id == person_id, IdempotencyRow.key == key
        )
    )
    return row.scalar_one_or_none()


async def forget(db: AsyncSession, scope: Scope, person_id: UUID, before: datetime) -> None:
    """Removes this person's keys from before that moment."""
    await db.execute(
        delete(IdempotencyRow).where(
            IdempotencyRow.org_id == scope.org_id,
            IdempotencyRow.person_id == person_id,
            IdempotencyRow.created_at < before,
        )
    )


async def forget_about(db: AsyncSession, scope: Scope, link_id: UUID) -> None:
    """Removes kept answers that name this link: they repeat the address that was invited."""
    named = cast(IdempotencyRow.body, Text).contains(str(link_id))
    await db.execute(delete(IdempotencyRow).where(IdempotencyRow.org_id == scope.org_id, named))
