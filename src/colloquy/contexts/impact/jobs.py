"""What follows from the erasure of a session."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.impact.service import asking
from colloquy.contexts.sessions.events import SessionErased
from colloquy.kit.db import Scope
from colloquy.kit.events import Handler


async def session_erased(db: AsyncSession, event: SessionErased) -> None:
    """Forgets what the candidate said of themselves."""
    await asking.forget(db, Scope(event.org_id), event.session_id)


HANDLERS = (Handler("impact.session_erased", SessionErased, session_erased),)
