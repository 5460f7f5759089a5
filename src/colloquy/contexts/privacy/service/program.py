"""The gate: whether a program may evaluate a candidate now. Whoever is about to let one read asks here, every time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.privacy import queries
from colloquy.contexts.privacy.policy.gate import BeforeNotice, Standing, standing
from colloquy.contexts.privacy.service.choices import applied
from colloquy.contexts.privacy.service.ledger import Purpose
from colloquy.kit import clock
from colloquy.kit.db import Scope


async def program(db: AsyncSession, scope: Scope, session_id: UUID) -> Standing:
    """Whether a program may evaluate this session at this moment, why not, and whether answers wait for it."""
    last = await queries.latest(db, scope, session_id, Purpose.AI_EVALUATION)
    held = await queries.session(db, scope, session_id)
    # Leaving it to people holds at once, for those who have agreed already as well: nobody is told less by it.
    people_only = (await applied(db, scope, held.interview_id if held else None)).people_only
    return standing(
        None if last is None else last.decision,
        people_only=people_only,
        program_from=held.program_from if held else None,
        before=BeforeNotice(held.before_notice) if held else BeforeNotice.WAIT,
        now=clock.now(),
    )


async def ai_evaluation_allowed(db: AsyncSession, scope: Scope, session_id: UUID) -> bool:
    """Whether a program may evaluate this session's answers now. Jobs ask immediately before they do."""
    return (await program(db, scope, session_id)).allowed


async def not_before(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Those of these sessions that no program may evaluate yet for want of notice, and from when one may."""
    return await queries.early(db, scope, session_ids, clock.now())
