"""What recruiters grant one candidate: other rules, more time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import NotExtendable, SessionNotFound
from colloquy.contexts.sessions.events import SessionExtended
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.policy import terms
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.contexts.sessions.service import deadline
from colloquy.contexts.sessions.service.place import interview_of, look_at_the_clock
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _


async def accommodate(db: AsyncSession, actor: Actor, session_id: UUID, granted: interviews.Accommodation) -> None:
    """Changes the rules for one candidate, from the next question on. The whole-interview limit follows at once.

    Forbidden, SessionNotFound, NotExtendable once the interview is over.
    """
    row = await _own(db, actor, session_id)
    if SessionState(row.state).handed_in or row.state == SessionState.WITHDRAWN:
        raise NotExtendable(_("This interview is over: its rules can no longer be changed."))
    row.accommodation, row.updated_at = terms.stored(granted), clock.now()
    interview = await interview_of(db, row)
    seconds = terms.limit_seconds(interview.time_limit_minutes, granted)
    if row.started_at is not None and seconds is not None:
        row.must_end_at = row.started_at + timedelta(seconds=seconds)
        await look_at_the_clock(db, row)
    await publish(db, SessionExtended(org_id=row.org_id, session_id=row.id))


async def extend(db: AsyncSession, actor: Actor, session_id: UUID, until: datetime) -> None:
    """Gives a candidate until then to answer; a session that had expired goes on where it stopped.

    Forbidden, SessionNotFound; NotExtendable when it was handed in or withdrawn, or `until` is past.
    """
    row = await _own(db, actor, session_id)
    state = SessionState(row.state)
    if state.handed_in or state is SessionState.WITHDRAWN:
        raise NotExtendable(_("This interview was handed in or withdrawn: there is nothing to extend."))
    if until <= clock.now():
        raise NotExtendable(_("Choose a time that is still to come."))
    if state is SessionState.EXPIRED:
        row.state, row.state_reason = await _before(db, row), None
    if row.must_end_at is not None and row.must_end_at <= clock.now():
        # The whole-interview limit had run out as well; more time to answer that cannot be used is none.
        row.must_end_at = until
        await look_at_the_clock(db, row)
    row.extended_until, row.updated_at = until, clock.now()
    await deadline.expire_at(db, row, until)
    await publish(db, SessionExtended(org_id=row.org_id, session_id=row.id))


async def _before(db: AsyncSession, row: SessionRow) -> SessionState:
    """Where a session was before it expired."""
    if row.started_at is not None:
        return SessionState.IN_PROGRESS
    consent = await privacy.consent(db, Scope(row.org_id), row.id)
    return SessionState.CONSENTED if consent.record else SessionState.OPENED


async def _own(db: AsyncSession, actor: Actor, session_id: UUID) -> SessionRow:
    actor.require(Permission.SESSIONS_DECIDE)
    row = await queries.lock_session(db, actor.scope, session_id)
    if row is None:
        raise SessionNotFound(_("There is no such session."))
    return row
