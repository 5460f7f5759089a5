"""Who sees what of others before their own scorecard is in; and the way around it, which leaves a name and a reason.

In an interview that is reviewed blind, whoever has no scorecard of their own in sees nobody else's scorecards,
comments and decisions, and nothing that a program made of the answers: neither levels nor numbers. This holds for
every door, so every door asks `hidden_from`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.errors import ScorecardFirst
from colloquy.contexts.scoring.models import RevealRow
from colloquy.contexts.scoring.policy.scorecard import decision_problems
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Reveal:
    """Somebody who decides let themself see before their own card. `session_id` None: the whole interview."""

    session_id: UUID | None
    person_id: UUID
    name: str
    reason: str
    at: datetime


async def hidden_from(
    db: AsyncSession,
    scope: Scope,
    person_id: UUID,
    interview: interviews.Interview,
    session_ids: Collection[UUID],
) -> frozenset[UUID]:
    """Those of the interview's sessions of which this person may see only the answers, and what they wrote themself."""
    if not interview.blind_review or not session_ids:
        return frozenset()
    revealed = {row.session_id for row in await queries.reveals(db, scope, interview.id, person_id=person_id)}
    if None in revealed:
        return frozenset()
    written = await queries.reviewed_by(db, scope, person_id, session_ids)
    return frozenset(session_ids) - written - revealed


async def is_hidden(db: AsyncSession, actor: Actor, interview: interviews.Interview, session_id: UUID) -> bool:
    """The same for one session and whoever asks."""
    return bool(await hidden_from(db, actor.scope, actor.person_id, interview, [session_id]))


async def require_seen(db: AsyncSession, actor: Actor, interview: interviews.Interview, session_id: UUID) -> None:
    """Raises ScorecardFirst where the session is hidden from whoever asks."""
    if await is_hidden(db, actor, interview, session_id):
        raise comes_first(session_id)


def comes_first(session_id: UUID) -> ScorecardFirst:
    """What somebody is told who asks for what is hidden from them."""
    return ScorecardFirst(
        _("This interview is reviewed blind: this opens once your own scorecard is in."),
        review=f"/api/sessions/{session_id}/review",
    )


async def reveal(
    db: AsyncSession, actor: Actor, interview_id: UUID, reason: str, *, session_id: UUID | None = None
) -> None:
    """Opens a session, or the whole interview, to whoever asks, and to nobody else. Their name and reason are kept.

    Revealing what is open already changes nothing. Raises Forbidden, InterviewNotFound, SessionNotFound, and Malformed
    when the reason is too short or too long.
    """
    actor.require(Permission.SESSIONS_DECIDE)
    interview = await interviews.interview(db, actor.scope, interview_id)
    if interview is None:
        raise interviews.InterviewNotFound(_("There is no such interview."))
    if session_id is not None:
        session = await sessions.session(db, actor.scope, session_id)
        if session is None or session.interview_id != interview_id:
            raise sessions.SessionNotFound(_("There is no such session."))
    reason = reason.strip()
    if problems := decision_problems(reason):
        raise Malformed(_("Nothing was revealed."), fields=problems)
    before = await queries.reveals(db, actor.scope, interview_id, person_id=actor.person_id)
    if any(row.session_id in {None, session_id} for row in before):
        return
    db.add(
        RevealRow(
            id=new_id(),
            org_id=actor.scope.org_id,
            interview_id=interview_id,
            session_id=session_id,
            person_id=actor.person_id,
            reason=reason,
            made_at=clock.now(),
        )
    )
    await db.flush()


async def reveals(db: AsyncSession, scope: Scope, interview_id: UUID, session_id: UUID | None = None) -> list[Reveal]:
    """Who revealed the interview, and with `session_id` that session, in the order in which they did."""
    rows = [
        row
        for row in await queries.reveals(db, scope, interview_id)
        if row.session_id is None or row.session_id == session_id
    ]
    names = await identity.person_names(db, scope, {row.person_id for row in rows}) if rows else {}
    return [
        Reveal(row.session_id, row.person_id, names.get(row.person_id, ""), row.reason, row.made_at) for row in rows
    ]
