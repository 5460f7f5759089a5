"""Whether a legal hold is on a session: on itself, on its interview, or on whoever began it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import SessionNotFound
from colloquy.contexts.sessions.models import SessionRow
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


async def holds_on(db: AsyncSession, row: SessionRow) -> list[retention.Hold]:
    """The holds on this session, for whoever would delete: until the transaction ends no other one can be placed."""
    return await _on(db, row, await retention.deleting(db, Scope(row.org_id)))


async def is_held(db: AsyncSession, scope: Scope, session_id: UUID) -> bool:
    """Whether there is a hold on it now, for whoever reads."""
    row = await queries.session(db, scope, session_id)
    return row is not None and bool(await _on(db, row, await retention.active(db, scope)))


async def covered(db: AsyncSession, scope: Scope, hold: retention.Hold) -> list[UUID]:
    """The sessions that a hold is on."""
    if hold.kind is retention.HoldKind.SESSION:
        found = await queries.session(db, scope, hold.subject_id)
        return [] if found is None else [found.id]
    if hold.kind is retention.HoldKind.INTERVIEW:
        return list(await queries.ids_of_interview(db, scope, hold.subject_id))
    return list(await queries.ids_of_candidate(db, scope, hold.subject_id))


async def place_hold(
    db: AsyncSession, actor: Actor, kind: retention.HoldKind, subject_id: UUID, reason: str
) -> retention.Hold:
    """Places a hold on a session, or on everything of the candidate who began it. SessionNotFound.

    For an interview `subject_id` is its own, which the caller has looked up.
    """
    hold = await retention.place(db, actor, kind, subject_id, reason)
    # After the lock that `place` takes: what was being erased meanwhile is gone, and cannot be held any more.
    if kind is not retention.HoldKind.INTERVIEW and await queries.session(db, actor.scope, subject_id) is None:
        raise SessionNotFound(_("There is no such session."))
    return hold


async def _on(db: AsyncSession, row: SessionRow, holds: Iterable[retention.Hold]) -> list[retention.Hold]:
    found = []
    same: set[UUID] | None = None
    for hold in holds:
        if hold.kind is retention.HoldKind.CANDIDATE and hold.subject_id != row.id:
            if same is None:
                same = set(await queries.ids_of_candidate(db, Scope(row.org_id), row.id))
            on_it = hold.subject_id in same
        else:
            on_it = hold.subject_id in {row.id, row.interview_id}
        if on_it:
            found.append(hold)
    return found
