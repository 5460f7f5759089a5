"""Where an interview's candidates are, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.errors import InterviewNotFound
from colloquy.contexts.interviews.queries import content, links
from colloquy.contexts.privacy import public as privacy
from colloquy.kit import clock
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows for an interview. Days are None where no notice has to come in advance.

    `posted` and `posted_from`: since when the posting carries the notice, and from when a program evaluates who came by
    it; None as well while there is no posting. `letter_from`: the same for somebody who is told today.
    """

    chosen: privacy.InterviewChoices
    holding: privacy.Applied
    rules: tuple[privacy.Rule, ...]
    posted: date | None
    posted_from: date | None
    letter_from: date | None


async def follows(db: AsyncSession, actor: Actor, interview_id: UUID) -> Follows:
    """What follows for this interview as things are now."""
    chosen = await privacy.interview_choices(db, actor.scope, interview_id)
    holding = await privacy.applied(db, actor.scope, interview_id)
    public = await links.public_link(db, actor.scope, interview_id)
    now = clock.now()
    posted = None
    if public is not None or holding.posted_on is not None:
        posted = holding.told_at(posted_at=public.created_at if public else None, letter_at=None, seen_at=now)
    told = holding.told_at(posted_at=None, letter_at=None, seen_at=now)
    return Follows(
        chosen,
        holding,
        privacy.rules_of(holding.jurisdictions),
        _day(posted),
        _day(privacy.program_from(posted)),
        _day(privacy.program_from(told)),
    )


async def choose(
    db: AsyncSession,
    actor: Actor,
    interview_id: UUID,
    *,
    jurisdictions: tuple[privacy.Jurisdiction, ...] | None,
    people_only: bool,
    posted_on: date | None,
) -> None:
    """Saves where candidates are. Forbidden, InterviewNotFound; Malformed by field."""
    if await content.interview_row(db, actor.scope, interview_id) is None:
        raise InterviewNotFound(_("There is no such interview. It may have been deleted."))
    await privacy.choose_for_interview(
        db, actor, interview_id, jurisdictions=jurisdictions, people_only=people_only, posted_on=posted_on
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
