"""What people do: fill in a scorecard, decide. A person decides; no program calls anything in here."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.errors import NotHandedIn
from colloquy.contexts.scoring.events import DecisionMade, ReviewSaved
from colloquy.contexts.scoring.models import DecisionRow, ReviewRow
from colloquy.contexts.scoring.policy.scorecard import Outcome, decision_problems, scorecard_problems
from colloquy.contexts.scoring.service.read import Decision, Review
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

    It replaces the actor's earlier one, which stays in the history. Saving the same again changes nothing.
    Raises Forbidden, SessionNotFound, NotHandedIn, and Malformed whose `fields` say what to change.
    """
    actor.require(Permission.SESSIONS_REVIEW)
    session = await _handed_in(db, actor, session_id)
    interview = await interviews.interview(db, actor.scope, session.interview_id)
    if interview is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    chosen = {key: level for key, level in levels.items() if level is not None}
    comment = comment.strip()
    keys = [competency.key for competency in interview.competencies]
    if problems := scorecard_problems(chosen, comment, keys):
        raise Malformed(_("The scorecard was not saved."), fields=problems)
    before = await queries.reviews(db, actor.scope, session_id)
    row = next((one for one in before if one.person_id == actor.person_id), None)
    if row is None or (row.levels, row.comment) != (chosen, comment):
        row = ReviewRow(
            id=new_id(),
            org_id=actor.scope.org_id,
            session_id=session_id,
            person_id=actor.person_id,
            levels=chosen,
            comment=comment,
            made_at=clock.now(),
        )
        db.add(row)
        await db.flush()
        await publish(db, ReviewSaved(actor.scope.org_id, session_id, actor.person_id))
    return Review(actor.person_id, actor.name, row.made_at, chosen, comment)


async def decide(db: AsyncSession, actor: Actor, session_id: UUID, outcome: Outcome, reason: str) -> Decision:
    """Records the actor's decision about the candidate. The last one holds; the earlier ones stay in the history.

    Deciding the same again, for the same reason, changes nothing. Raises Forbidden, SessionNotFound, NotHandedIn,
    and Malformed when the reason is too short or too long.
    """
    actor.require(Permission.SESSIONS_DECIDE)
    await _handed_in(db, actor, session_id)
    outcome, reason = Outcome(outcome), reason.strip()
    if problems := decision_problems(reason):
        raise Malformed(_("The decision was not recorded."), fields=problems)
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


async def _handed_in(db: AsyncSession, actor: Actor, session_id: UUID) -> sessions.Session:
    session = await sessions.session(db, actor.scope, session_id)
    if session is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    if not session.state.handed_in:
        raise NotHandedIn(_("The candidate is still answering. Come back when the interview is handed in."))
    return session
