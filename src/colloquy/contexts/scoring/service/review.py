"""What people do: fill in a scorecard, decide. A person decides; no program calls anything in here."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.errors import NotHandedIn, ScorecardFirst
from colloquy.contexts.scoring.events import DecisionMade, ReviewSaved
from colloquy.contexts.scoring.models import DecisionRow, ReviewRow
from colloquy.contexts.scoring.policy.scorecard import Outcome, decision_problems, scorecard_problems
from colloquy.contexts.scoring.service import blind
from colloquy.contexts.scoring.service.read import Decision, Review, review_from
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.errors import Malformed
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


async def save_review(
    db: AsyncSession, actor: Actor, session_id: UUID, levels: Mapping[str, int | None], comment: str = ""
) -> Review:
    """Keeps the actor's scorecard: levels 1–5 by competency key (None: left open), and a comment.

    It replaces the actor's earlier one, which stays in the history. Saving the same again changes nothing. A card that
    was written while everything of others was hidden is kept as an independent one; every later version is not.
    Raises Forbidden, SessionNotFound, NotHandedIn, and Malformed whose `fields` say what to change.
    """
    actor.require(Permission.SESSIONS_REVIEW)
    _session, interview = await handed_in(db, actor, session_id)
    chosen = {key: level for key, level in levels.items() if level is not None}
    comment = comment.strip()
    keys = [competency.key for competency in interview.competencies]
    hidden = await blind.is_hidden(db, actor, interview, session_id)
    if problems := scorecard_problems(chosen, comment, keys, blind=hidden):
        raise Malformed(_("The scorecard was not saved."), fields=problems)
    written = await queries.review_versions(db, actor.scope, [session_id])
    mine = [one for one in written if one.person_id == actor.person_id]
    if not mine or (mine[-1].levels, mine[-1].comment) != (chosen, comment):
        row = ReviewRow(
            id=new_id(),
            org_id=actor.scope.org_id,
            session_id=session_id,
            person_id=actor.person_id,
            levels=chosen,
            comment=comment,
            independent=hidden,
            made_at=clock.now(),
        )
        db.add(row)
        await db.flush()
        await publish(db, ReviewSaved(actor.scope.org_id, session_id, actor.person_id))
        mine.append(row)
    return review_from(mine, actor.name)


async def decide(db: AsyncSession, actor: Actor, session_id: UUID, outcome: Outcome, reason: str) -> Decision:
    """Records the actor's decision about the candidate. The last one holds; the earlier ones stay in the history.

    Deciding the same again, for the same reason, changes nothing. Who declines somebody in an interview that is
    reviewed blind has looked for themself: their own scorecard is in. Raises Forbidden, SessionNotFound, NotHandedIn,
    ScorecardFirst, and Malformed when the reason is too short or too long.
    """
    actor.require(Permission.SESSIONS_DECIDE)
    _session, interview = await handed_in(db, actor, session_id)
    outcome, reason = Outcome(outcome), reason.strip()
    if problems := decision_problems(reason):
        raise Malformed(_("The decision was not recorded."), fields=problems)
    if outcome is Outcome.DECLINE and interview.blind_review:
        await _require_own_card(db, actor, session_id)
    row = next(iter(await queries.decisions(db, actor.scope, session_id)), None)
    if row is None or (row.person_id, row.outcome, row.reason) != (actor.person_id, outcome, reason):
        row = DecisionRow(
            id=new_id(),
            org_id=actor.scope.org_id,
            session_id=session_id,
            person_id=actor.person_id,
            outcome=outcome.value,
            reason=reason,
            made_at=clock.now(),
        )
        db.add(row)
        await db.flush()
        await publish(db, DecisionMade(actor.scope.org_id, session_id, actor.person_id, outcome.value))
    return Decision(actor.person_id, actor.name, row.made_at, outcome, reason)


async def _require_own_card(db: AsyncSession, actor: Actor, session_id: UUID) -> None:
    if not await queries.reviewed_by(db, actor.scope, actor.person_id, [session_id]):
        raise ScorecardFirst(
            _("Nobody is declined unseen: save your own scorecard of this candidate first."),
            review=f"/api/sessions/{session_id}/review",
        )


async def handed_in(db: AsyncSession, actor: Actor, session_id: UUID) -> tuple[sessions.Session, interviews.Interview]:
    """The session that people may judge, and its interview. Raises SessionNotFound, NotHandedIn."""
    session = await sessions.session(db, actor.scope, session_id)
    interview = None if session is None else await interviews.interview(db, actor.scope, session.interview_id)
    if session is None or interview is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    if not session.state.handed_in:
        raise NotHandedIn(_("The candidate is still answering. Come back when the interview is handed in."))
    return session, interview
