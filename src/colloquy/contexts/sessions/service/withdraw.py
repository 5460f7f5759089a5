"""Withdrawing: the candidate's own way out, at any time."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions.events import SessionWithdrawn
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.i18n import N_


async def withdraw(db: AsyncSession, row: SessionRow, *, erase_data: bool) -> None:
    """Ends the candidate's part for good, and no program evaluates anything from here on. Again is fine.

    With `erase_data` they want everything erased as well, which the caller asks for: see `ask_for_erasure`.
    """
    scope = Scope(row.org_id)
    if row.state != SessionState.WITHDRAWN:
        row.state, row.withdrawn_at, row.updated_at = SessionState.WITHDRAWN, clock.now(), clock.now()
        row.state_reason = N_("The candidate has withdrawn.")
        row.human_only = True
        await privacy.withdraw(db, scope, row.id, privacy.Purpose.AI_EVALUATION)
        await publish(db, SessionWithdrawn(org_id=scope.org_id, session_id=row.id, erased=erase_data))
        await db.flush()


async def refuse_evaluation(db: AsyncSession, row: SessionRow) -> None:
    """Takes the consent to an evaluation by a program back: from now on people alone evaluate."""
    await privacy.withdraw(db, Scope(row.org_id), row.id, privacy.Purpose.AI_EVALUATION)
    row.human_only, row.updated_at = True, clock.now()
