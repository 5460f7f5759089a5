"""Asking candidates, once a person has decided about them, and keeping what they say apart from everything else."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.impact import queries
from colloquy.contexts.impact.errors import NotAsked
from colloquy.contexts.impact.policy.categories import Race, Sex
from colloquy.contexts.impact.service.subjects import new_salt, subject_of
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Said:
    """What a candidate said of themselves; None where they said nothing."""

    sex: Sex | None = None
    race: Race | None = None


async def asks(db: AsyncSession, scope: Scope) -> bool:
    """Whether the organisation asks its candidates."""
    row = await queries.settings(db, scope)
    return row is not None and row.asks


async def set_asks(db: AsyncSession, actor: Actor, *, on: bool) -> None:
    """Turns asking on or off. What was said stays. Raises Forbidden."""
    actor.require(Permission.PRIVACY_MANAGE)
    await queries.set_asks(db, actor.scope, asks=on, salt=new_salt(), by=actor.person_id)


async def is_asked(db: AsyncSession, scope: Scope, session_id: UUID) -> bool:
    """Whether this candidate is asked now: the organisation asks, and a person has decided to go on or not to.

    Not before: nobody who decides could then have known, or be thought to have known.
    """
    if not await asks(db, scope):
        return False
    made = await scoring.decision(db, scope, session_id)
    return made is not None and made.outcome is not scoring.Outcome.HOLD


async def said(db: AsyncSession, key: sessions.Key) -> Said:
    """What the holder of the key said before. NotYourSession for anybody else, NotAsked."""
    scope, salt, session_id = await _asked(db, key)
    found = await queries.answers(db, scope, [subject_of(salt, session_id)])
    return next(
        (Said(Sex(row.sex) if row.sex else None, Race(row.race) if row.race else None) for row in found), Said()
    )


async def say(db: AsyncSession, key: sessions.Key, given: Said) -> None:
    """Keeps it in the place of what was said before; nothing at all forgets it. NotYourSession, NotAsked."""
    scope, salt, session_id = await _asked(db, key)
    subject = subject_of(salt, session_id)
    if given == Said():
        await queries.remove(db, scope, subject)
    else:
        await queries.put(db, scope, subject, given.sex, given.race)


async def forget(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Forgets what an erased candidate said."""
    row = await queries.settings(db, scope)
    if row is not None:
        await queries.remove(db, scope, subject_of(row.salt, session_id))


async def _asked(db: AsyncSession, key: sessions.Key) -> tuple[Scope, bytes, UUID]:
    session = await sessions.own(db, key)
    scope = Scope(key.org_id)
    row = await queries.settings(db, scope)
    if session is None or row is None or not await is_asked(db, scope, session.id):
        raise NotAsked(_("Nothing is asked here."))
    return scope, row.salt, session.id
