"""Legal holds as they are shown, and their end."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.jobs import enqueue


@dataclass(frozen=True, slots=True)
class ShownHold:
    """A hold with what it is on, by name; None: erased since. `sessions`: how many it is on now."""

    hold: retention.Hold
    name: str | None
    address: str | None
    sessions: int
    placed_by: str | None
    released_by: str | None


async def shown(db: AsyncSession, actor: Actor) -> list[ShownHold]:
    """All holds. Forbidden."""
    holds = await retention.listed(db, actor)
    people = {one for hold in holds for one in (hold.placed_by, hold.released_by) if one is not None}
    names = await identity.person_names(db, actor.scope, people)
    return [await _shown(db, actor, hold, names) for hold in holds]


async def _shown(db: AsyncSession, actor: Actor, hold: retention.Hold, names: dict[UUID, str]) -> ShownHold:
    name = address = None
    if hold.kind is retention.HoldKind.INTERVIEW:
        interview = await interviews.interview(db, actor.scope, hold.subject_id)
        if interview is not None:
            name, address = interview.title, f"/interviews/{interview.id}/sessions"
    else:
        session = await sessions.session(db, actor.scope, hold.subject_id)
        if session is not None:
            name, address = session.candidate.name, f"/sessions/{session.id}"
    return ShownHold(
        hold=hold,
        name=name,
        address=address,
        sessions=0 if hold.released_at else len(await sessions.covered(db, actor.scope, hold)),
        placed_by=names.get(hold.placed_by),
        released_by=names.get(hold.released_by) if hold.released_by else None,
    )


async def release(db: AsyncSession, actor: Actor, hold_id: UUID, reason: str) -> retention.Hold:
    """Ends a hold, and has what waited for it carried out. Forbidden, HoldNotFound, HoldReleased, Malformed."""
    hold = await retention.release(db, actor, hold_id, reason)
    await enqueue(db, "sessions.holds_ended", queue=retention.ERASURE_QUEUE, org_id=actor.scope.org_id)
    return hold
