"""The four clocks of an organisation, of an interview, and of one candidate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.retention.models import ClocksRow
from colloquy.contexts.retention.policy.clocks import (
    DAYS,
    DEFAULT,
    Days,
    Wish,
    days_for,
    days_of,
    everything_at,
)
from colloquy.contexts.retention.policy.jurisdictions import Clock
from colloquy.contexts.retention.queries import clocks as queries
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wanted. `organisation` is the default until somebody set it; `interview` wants nothing by itself."""

    organisation: Wish
    interview: Wish


@dataclass(frozen=True, slots=True)
class SessionClocks:
    """What a candidate was told in days, and when which clock ended for them; None: it has not."""

    told: Days
    media_ended_at: datetime | None = None
    words_ended_at: datetime | None = None
    logs_ended_at: datetime | None = None


async def wishes(db: AsyncSession, scope: Scope, interview_id: UUID | None = None) -> Wishes:
    """What the organisation wants, and the interview, if one is named."""
    rows = await queries.wishes(db, scope, interview_id)
    organisation = next((_wish(row) for row in rows if row.interview_id is None), DEFAULT)
    own = next((_wish(row) for row in rows if row.interview_id is not None), Wish())
    return Wishes(organisation, own)


async def set_wish(db: AsyncSession, actor: Actor, wish: Wish, interview_id: UUID | None = None) -> None:
    """Sets the days of the organisation, or of one interview. Forbidden, Malformed.

    Candidates who have begun are kept no longer than they were told, and shorter from now on.
    """
    actor.require(Permission.PRIVACY_MANAGE)
    least, most = DAYS
    wrong = {
        name: _("Write a number of days from %(least)s to %(most)s, or leave it empty.", least=least, most=most)
        for name, days in asdict(wish).items()
        if days is not None and not least <= days <= most
    }
    if wrong:
        raise Malformed(_("Some days are not right."), fields=wrong)
    values = {f"{name}_days": days for name, days in asdict(wish).items()}
    values |= {"interview_id": interview_id, "updated_at": clock.now(), "updated_by": actor.person_id}
    await queries.put_wish(db, actor.scope, values)


async def days_now(
    db: AsyncSession, scope: Scope, interview_id: UUID, interview_days: int, places: Iterable[str] = ()
) -> Days:
    """What somebody who begins this interview now is kept by, and may be told."""
    wanted = await wishes(db, scope, interview_id)
    return days_for(interview_days, wanted.organisation, wanted.interview, places, clock.now().date())


async def tell(db: AsyncSession, scope: Scope, session_id: UUID, days: Days) -> None:
    """Notes what a candidate was told; what was noted before stays."""
    await queries.add_session(db, scope, session_id, days.stored())


async def session_clocks(
    db: AsyncSession, scope: Scope, session_ids: Iterable[UUID], interview_days: int
) -> dict[UUID, SessionClocks]:
    """The clocks of these sessions. One from before there were four clocks was told one number for all."""
    ids = list(session_ids)
    found = {
        row.session_id: SessionClocks(days_of(row.told), row.media_ended_at, row.words_ended_at, row.logs_ended_at)
        for row in await queries.sessions(db, scope, ids)
    }
    return {one: found.get(one, SessionClocks(everything_at(interview_days))) for one in ids}


async def ended(db: AsyncSession, scope: Scope, session_id: UUID, days: Days, which: Clock) -> None:
    """Notes that a clock has ended. `days` are noted as told where nothing was."""
    await queries.add_session(db, scope, session_id, days.stored())
    await queries.end(db, scope, session_id, which.value, clock.now())


def _wish(row: ClocksRow) -> Wish:
    return Wish(row.media_days, row.words_days, row.record_days, row.logs_days)
