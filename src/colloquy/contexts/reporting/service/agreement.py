"""How far people agree about an interview's candidates, and the program with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting import queries
from colloquy.contexts.reporting.policy.levels import from_stored, whole
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.i18n import gettext as _

_PAGE = 500
_SETTLED = (sessions.SessionState.COMPLETED, sessions.SessionState.SCORED, sessions.SessionState.NEEDS_HUMAN)


@dataclass(frozen=True, slots=True)
class Competency:
    """People among themselves, and the program against each of them: the shift is the program's minus the person's."""

    key: str
    name: str
    people: scoring.Agreement
    machine: scoring.Drift


@dataclass(frozen=True, slots=True)
class Cohort:
    """The agreement about all candidates whom the reader may see.

    `scorecards` are counted; `not_blind` of them were written with others' in view, and are compared as they are;
    `left_out` candidates have scorecards that the reader may not see yet.
    """

    interview: interviews.Interview
    competencies: tuple[Competency, ...]
    candidates: int
    scorecards: int
    not_blind: int
    left_out: int


async def cohort(db: AsyncSession, actor: Actor, interview_id: UUID) -> Cohort:
    """The agreement about an interview's candidates. Forbidden, InterviewNotFound.

    What people wrote before they saw anything of others counts, where they did; what a person corrected counts as
    little as what they changed later: the program stands for itself.
    """
    actor.require(Permission.SESSIONS_VIEW)
    interview = await interviews.interview(db, actor.scope, interview_id)
    if interview is None:
        raise interviews.InterviewNotFound(_("There is no such interview."))
    found = await sessions.with_people_alone(db, actor.scope, await _sessions(db, actor, interview_id))
    ids = [session.id for session in found]
    hidden = await scoring.hidden_from(db, actor.scope, actor.person_id, interview, ids)
    reviews = await scoring.reviews_of(db, actor.scope, ids)
    open_reviews = {session_id: cards for session_id, cards in reviews.items() if session_id not in hidden}
    judged = [session.id for session in found if not session.human_only and session.id in open_reviews]
    machine = {
        glance.session_id: {one.key: whole(one.machine) for one in from_stored(glance.levels)}
        for glance in await queries.glances(db, actor.scope, judged)
    }
    cards = [card for of_session in open_reviews.values() for card in of_session]
    return Cohort(
        interview=interview,
        competencies=tuple(_competency(one, open_reviews, machine) for one in interview.competencies),
        candidates=len(open_reviews),
        scorecards=len(cards),
        not_blind=sum(card.blind is None for card in cards),
        left_out=len(reviews) - len(open_reviews),
    )


def _competency(
    competency: interviews.Competency,
    reviews: Mapping[UUID, Sequence[scoring.Review]],
    machine: Mapping[UUID, Mapping[str, int | None]],
) -> Competency:
    key = competency.key
    given = {
        session_id: {
            str(card.person_id): written.levels[key] for card in cards if key in (written := card.blind or card).levels
        }
        for session_id, cards in reviews.items()
    }
    pairs = [
        scoring.Pair(str(session_id), level, machine.get(session_id, {}).get(key))
        for session_id, levels in given.items()
        for level in levels.values()
    ]
    return Competency(key, competency.name, scoring.agreement(given.values()), scoring.level_drift(pairs))


async def _sessions(db: AsyncSession, actor: Actor, interview_id: UUID) -> list[sessions.Session]:
    found: list[sessions.Session] = []
    after: str | None = None
    while True:
        page = await sessions.sessions_of(db, actor.scope, interview_id, states=_SETTLED, after=after, limit=_PAGE)
        found += page.sessions
        after = page.after
        if after is None:
            return found
