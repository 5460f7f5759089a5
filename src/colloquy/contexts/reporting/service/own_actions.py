"""What candidates do with their own data: have them erased, and keep programs away from them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.sessions import public as sessions


@dataclass(frozen=True, slots=True)
class Gone:
    """What was erased: whether the interview was still open, and so withdrawn from as well."""

    withdrew: bool


async def erase_own(db: AsyncSession, key: sessions.Key) -> Gone:
    """Erases everything that is stored about the holder of the key; an open interview is withdrawn from.

    NotYourSession for anybody else, and when it was erased before.
    """
    row = await sessions.lock_own(db, key)
    was_open = not sessions.SessionState(row.state).over
    await sessions.withdraw(db, row, erase_data=True)
    return Gone(withdrew=was_open)


async def people_only(db: AsyncSession, key: sessions.Key) -> None:
    """From now on no program evaluates, and what one made before is shown to nobody. Again is fine."""
    await sessions.refuse_evaluation(db, await sessions.lock_own(db, key))
