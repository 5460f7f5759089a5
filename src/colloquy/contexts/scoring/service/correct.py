"""A person puts their level in the place of the machine's, or takes it back; the numbers follow in a new version."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.scoring.errors import NothingToCorrect
from colloquy.contexts.scoring.events import LevelCorrected
from colloquy.contexts.scoring.models import OverrideRow
from colloquy.contexts.scoring.policy.correction import correction_problems
from colloquy.contexts.scoring.service import blind, standing
from colloquy.contexts.scoring.service.corrections import Override, overrides
from colloquy.contexts.scoring.service.review import handed_in
from colloquy.contexts.scoring.service.settle import settle
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.errors import Malformed
from colloquy.kit.events import publish
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


async def correct(
    db: AsyncSession,
    actor: Actor,
    session_id: UUID,
    competency: str,
    level: int | None,
    reason: str,
    *,
    answer_id: UUID | None = None,
) -> list[Override]:
    """Puts `level` in the place of the machine's: in one answer, or without `answer_id` in all that were evaluated.

    None takes back what holds there. The machine's level stays beside it, and everything is kept. The same level for
    the same reason changes nothing. Gives the corrections that hold now. Raises Forbidden, SessionNotFound,
    NotHandedIn, ScorecardFirst, NothingToCorrect (also where nothing is to be taken back), and Malformed.
    """
    actor.require(Permission.SESSIONS_REVIEW)
    session, interview = await handed_in(db, actor, session_id)
    await blind.require_seen(db, actor, interview, session_id)
    reason = reason.strip()
    if problems := correction_problems(competency, level, reason, [one.key for one in interview.competencies]):
        raise Malformed(_("The level was not corrected."), fields=problems)
    holding = await overrides(db, actor.scope, session_id)
    before = next((one for one in holding if (one.answer_id, one.competency) == (answer_id, competency)), None)
    if level is None and before is None:
        raise NothingToCorrect(_("There is no correction to take back."))
    if level is not None and not await _was_judged(db, actor, session, competency, answer_id):
        raise NothingToCorrect(_("No program has judged this competency here. Write it on your scorecard."))
    if before is not None and (before.person_id, before.level, before.reason) == (actor.person_id, level, reason):
        return holding
    db.add(
        OverrideRow(
            id=new_id(),
            org_id=actor.scope.org_id,
            session_id=session_id,
            answer_id=answer_id,
            competency=competency,
            person_id=actor.person_id,
            level=level,
            reason=reason,
            made_at=clock.now(),
        )
    )
    await db.flush()
    await publish(db, LevelCorrected(actor.scope.org_id, session_id, actor.person_id, competency))
    await settle(db, actor.scope, session_id)
    return await overrides(db, actor.scope, session_id)


async def _was_judged(
    db: AsyncSession, actor: Actor, session: sessions.Session, competency: str, answer_id: UUID | None
) -> bool:
    """Whether a program's level, or its "not enough evidence", stands where the person's is to stand."""
    [shown] = await sessions.with_people_alone(db, actor.scope, [session])
    if shown.human_only:
        return False
    found = await standing.judgements(db, actor.scope, session.id)
    places = found.values() if answer_id is None else [found[answer_id]] if answer_id in found else []
    return any(judgement.competency == competency for stored in places for judgement in stored.judgements)
