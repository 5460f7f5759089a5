"""States that were used up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def spend(db: AsyncSession, state_hash: bytes, expires_at: datetime, now: datetime) -> bool:
    """Remembers that the state was used; False when it was used before. Those that expired make room."""
    await db.execute(text("delete from spent_states where expires_at < :now"), {"now": now})
    spent = await db.execute(
        text(
            "insert into spent_states (state_hash, expires_at) values (:hash, :expires_at)"
            " on conflict (state_hash) do nothing returning 1"
        ),
        {"hash": state_hash, "expires_at": expires_at},
    )
    return spent.first() is not None
