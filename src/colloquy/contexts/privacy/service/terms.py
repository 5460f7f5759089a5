"""The terms of a candidate's notice, and what is remembered of them once the candidate has agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.privacy import queries
from colloquy.contexts.privacy.notices import Terms
from colloquy.contexts.privacy.policy.gate import BeforeNotice
from colloquy.contexts.privacy.policy.jurisdictions import Jurisdiction, sections, understood
from colloquy.contexts.privacy.service.choices import Applied, program_from
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Held:
    """What held for a candidate when they agreed. `program_from`: from when a program may evaluate; None: at once."""

    jurisdictions: tuple[Jurisdiction, ...]
    told_at: datetime | None
    program_from: datetime | None
    before_notice: BeforeNotice


def terms(holding: Applied, told_at: datetime | None) -> Terms:
    """The terms as a notice has them."""
    begins = program_from(told_at)
    return Terms(
        places=sections(holding.jurisdictions),
        people_only=holding.people_only,
        longer_days=holding.longer_retention_days,
        told=None if told_at is None else told_at.date(),
        program_from=None if begins is None else begins.date(),
    )


async def announce(
    db: AsyncSession,
    scope: Scope,
    *,
    session_id: UUID,
    interview_id: UUID,
    holding: Applied,
    told_at: datetime | None,
) -> None:
    """Keeps what holds for this candidate from their decision on. What is chosen later is for those who come later."""
    await queries.keep_session(
        db,
        scope,
        session_id,
        {
            "interview_id": interview_id,
            "jurisdictions": [place.value for place in holding.jurisdictions],
            "told_at": told_at,
            "program_from": program_from(told_at),
            "before_notice": holding.before_notice.value,
        },
    )


async def held(db: AsyncSession, scope: Scope, session_id: UUID) -> Held | None:
    """What held when the candidate of this session agreed; None for one who has not, or has gone."""
    row = await queries.session(db, scope, session_id)
    if row is None:
        return None
    return Held(understood(row.jurisdictions), row.told_at, row.program_from, BeforeNotice(row.before_notice))
