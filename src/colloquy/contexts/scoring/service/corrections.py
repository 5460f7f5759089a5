"""What people put in the place of the machine's levels, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.scoring import queries
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Override:
    """A person's level, 1–5, in the place of the machine's; None: they took back the one before.

    `answer_id` None: it is about the competency in the whole session. `name` is empty when the account is gone.
    """

    answer_id: UUID | None
    competency: str
    level: int | None
    reason: str
    person_id: UUID
    name: str
    at: datetime


async def override_history(db: AsyncSession, scope: Scope, session_id: UUID) -> list[Override]:
    """Every correction and every withdrawal, the last one first."""
    rows = list(await queries.overrides(db, scope, session_id))[::-1]
    names = await identity.person_names(db, scope, {row.person_id for row in rows}) if rows else {}
    return [
        Override(
            answer_id=row.answer_id,
            competency=row.competency,
            level=row.level,
            reason=row.reason,
            person_id=row.person_id,
            name=names.get(row.person_id, ""),
            at=row.made_at,
        )
        for row in rows
    ]


async def overrides(db: AsyncSession, scope: Scope, session_id: UUID) -> list[Override]:
    """The corrections that hold, one per competency and place at most, in the order in which they were made."""
    holding: dict[tuple[UUID | None, str], Override] = {}
    for one in await override_history(db, scope, session_id):
        holding.setdefault((one.answer_id, one.competency), one)
    return [one for one in reversed(holding.values()) if one.level is not None]
