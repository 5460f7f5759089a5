"""Legal holds: what a court, an authority or a dispute needs is kept, whoever and whatever would delete it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.retention.errors import AlreadyHeld, HoldNotFound, HoldReleased
from colloquy.contexts.retention.models import HoldRow
from colloquy.contexts.retention.queries import holds as queries
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id

REASON = (10, 2000)
_SHOWN = 500


class HoldKind(StrEnum):
    """What a hold is on. A candidate's is named by any session of theirs."""

    SESSION = "session"
    CANDIDATE = "candidate"
    INTERVIEW = "interview"


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold. `subject_id`: the session, any session of the candidate, or the interview."""

    id: UUID
    kind: HoldKind
    subject_id: UUID
    reason: str
    placed_by: UUID
    placed_at: datetime
    released_by: UUID | None
    released_at: datetime | None
    release_reason: str | None


async def place(db: AsyncSession, actor: Actor, kind: HoldKind, subject_id: UUID, reason: str) -> Hold:
    """Places a hold on something that the caller has found to be there. Forbidden, Malformed, AlreadyHeld.

    Waits for deletions under way; what they deleted is gone, so look for the subject after this.
    """
    actor.require(Permission.PRIVACY_MANAGE)
    await queries.lock(db, actor.scope, shared=False)
    row = HoldRow(
        id=new_id(),
        org_id=actor.scope.org_id,
        kind=kind.value,
        subject_id=subject_id,
        reason=_reason(reason),
        placed_by=actor.person_id,
        placed_at=clock.now(),
    )
    try:
        async with db.begin_nested():
            db.add(row)
    except IntegrityError:
        raise AlreadyHeld(_("There is a hold on this already. Release it first to give another reason.")) from None
    return _hold(row)


async def release(db: AsyncSession, actor: Actor, hold_id: UUID, reason: str) -> Hold:
    """Ends a hold. What waited for it goes on at once. Forbidden, HoldNotFound, HoldReleased, Malformed."""
    actor.require(Permission.PRIVACY_MANAGE)
    row = await queries.lock_hold(db, actor.scope, hold_id)
    if row is None:
        raise HoldNotFound(_("There is no such hold."))
    if row.released_at is not None:
        raise HoldReleased(_("This hold was released before."))
    row.release_reason, row.released_by, row.released_at = _reason(reason), actor.person_id, clock.now()
    await db.flush()
    return _hold(row)


async def active(db: AsyncSession, scope: Scope) -> list[Hold]:
    """The holds in force. Whoever is about to delete asks with `deleting` first."""
    return [_hold(row) for row in await queries.active(db, scope)]


async def deleting(db: AsyncSession, scope: Scope) -> list[Hold]:
    """The holds in force, for whoever deletes in this transaction: none can be placed until it has ended."""
    await queries.lock(db, scope, shared=True)
    return await active(db, scope)


async def listed(db: AsyncSession, actor: Actor) -> list[Hold]:
    """All holds, those in force first. Forbidden."""
    actor.require(Permission.PRIVACY_MANAGE)
    return [_hold(row) for row in await queries.newest(db, actor.scope, _SHOWN)]


def _reason(text: str) -> str:
    least, most = REASON
    text = text.strip()
    if not least <= len(text) <= most:
        why = _("Give a reason of %(least)s to %(most)s characters.", least=least, most=most)
        raise Malformed(why, fields={"reason": why})
    return text


def _hold(row: HoldRow) -> Hold:
    return Hold(
        id=row.id,
        kind=HoldKind(row.kind),
        subject_id=row.subject_id,
        reason=row.reason,
        placed_by=row.placed_by,
        placed_at=row.placed_at,
        released_by=row.released_by,
        released_at=row.released_at,
        release_reason=row.release_reason,
    )
