"""Who is asked to review whom, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.errors import NotOnTheTeam
from colloquy.contexts.scoring.models import PanelRow
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id

_REVIEWABLE = (sessions.SessionState.COMPLETED, sessions.SessionState.SCORED, sessions.SessionState.NEEDS_HUMAN)
_LOOKED_AT = 500
"""Sessions of one interview, the newest ones, that are looked through for somebody's list."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked to review: `for_all` candidates of the interview, `for_this` one, or both."""

    person_id: UUID
    name: str
    for_all: bool
    for_this: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A candidate who waits for somebody's scorecard."""

    session: sessions.Session
    interview_title: str


async def panel(db: AsyncSession, scope: Scope, interview_id: UUID, session_id: UUID | None = None) -> list[Asked]:
    """Who is asked about every candidate, and with `session_id` who is asked about that one; each person once."""
    rows = await queries.panel(db, scope, interview_id)
    names = await identity.person_names(db, scope, {row.person_id for row in rows}) if rows else {}
    for_all = {row.person_id for row in rows if row.session_id is None}
    for_this = {row.person_id for row in rows if row.session_id is not None and row.session_id == session_id}
    asked = dict.fromkeys(row.person_id for row in rows if row.session_id is None or row.session_id == session_id)
    return [Asked(one, names.get(one, ""), one in for_all, one in for_this) for one in asked]


async def ask(
    db: AsyncSession,
    actor: Actor,
    interview_id: UUID,
    person_ids: Collection[UUID],
    *,
    session_id: UUID | None = None,
) -> list[Asked]:
    """Asks exactly these colleagues about every candidate, or with `session_id` about that one besides.

    Raises Forbidden, InterviewNotFound, SessionNotFound, NotOnTheTeam.
    """
    actor.require(Permission.SESSIONS_DECIDE)
    if await interviews.interview(db, actor.scope, interview_id) is None:
        raise interviews.InterviewNotFound(_("There is no such interview."))
    if session_id is not None:
        session = await sessions.session(db, actor.scope, session_id)
        if session is None or session.interview_id != interview_id:
            raise sessions.SessionNotFound(_("There is no such session."))
    wanted = set(person_ids)
    able = await interviews.colleagues(db, actor.scope, interview_id, Permission.SESSIONS_VIEW)
    if wanted - {member.person_id for member in able}:
        raise NotOnTheTeam(
            _("Only colleagues who may see this interview can be asked. Share it with them first, or reload the page.")
        )
    rows = [row for row in await queries.panel(db, actor.scope, interview_id) if row.session_id == session_id]
    if leaving := [row.id for row in rows if row.person_id not in wanted]:
        await queries.excuse(db, actor.scope, leaving)
    known = {row.person_id for row in rows}
    for person_id in person_ids:
        if person_id in known:
            continue
        known.add(person_id)
        db.add(
            PanelRow(
                id=new_id(),
                org_id=actor.scope.org_id,
                interview_id=interview_id,
                session_id=session_id,
                person_id=person_id,
                asked_by=actor.person_id,
                asked_at=clock.now(),
            )
        )
    await db.flush()
    return await panel(db, actor.scope, interview_id, session_id)


async def waiting(db: AsyncSession, actor: Actor) -> list[Waiting]:
    """Candidates who have handed in, about whom the actor is asked and has no scorecard in; the longest waiting first.

    Of those who are decided about nobody's card is wanted any more.
    """
    actor.require(Permission.SESSIONS_REVIEW)
    rows = await queries.asked(db, actor.scope, actor.person_id)
    titles = await interviews.interview_titles(db, actor.scope, {row.interview_id for row in rows})
    found: dict[UUID, Waiting] = {}
    for interview_id, title in titles.items():
        mine = [row.session_id for row in rows if row.interview_id == interview_id]
        board = await sessions.sessions_of(db, actor.scope, interview_id, states=_REVIEWABLE, limit=_LOOKED_AT)
        for session in board.sessions:
            if None in mine or session.id in mine:
                found[session.id] = Waiting(session, title)
    done = await queries.reviewed_by(db, actor.scope, actor.person_id, found)
    done |= {row.session_id for row in await queries.decisions_in_force(db, actor.scope, found)}
    left = [one for session_id, one in found.items() if session_id not in done]
    return sorted(left, key=lambda one: one.session.completed_at or one.session.opened_at)


async def due_from(
    db: AsyncSession, scope: Scope, person_id: UUID, interview_id: UUID, session_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Those of the interview's sessions about which this person is asked and has no scorecard in."""
    rows = await queries.asked(db, scope, person_id)
    asked = {row.session_id for row in rows if row.interview_id == interview_id}
    wanted = {one for one in session_ids if None in asked or one in asked}
    return frozenset(wanted - await queries.reviewed_by(db, scope, person_id, wanted)) if wanted else frozenset()
