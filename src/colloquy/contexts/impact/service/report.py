"""The tables over an organisation's candidates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.impact import queries
from colloquy.contexts.impact.policy.categories import Race, Sex
from colloquy.contexts.impact.policy.rates import Kind, Person, Tables, tables
from colloquy.contexts.impact.service.subjects import subject_of
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _

FEWEST_PEOPLE: Final = 5
"""Nothing is shown of fewer: the tables would be about persons."""


@dataclass(frozen=True, slots=True)
class Impact:
    """Both kinds of tables. `candidates` handed in, `answered` of them said something of themselves.

    `interview` None: of all interviews. `selection` and `scoring` are None while fewer than `FEWEST_PEOPLE` answered.
    """

    interview: interviews.Interview | None
    first: date | None
    last: date | None
    candidates: int
    answered: int
    selection: Tables | None
    scoring: Tables | None


async def impact(
    db: AsyncSession, actor: Actor, interview_id: UUID | None = None, *, first: date | None, last: date | None
) -> Impact:
    """Of candidates who handed in between two days (UTC, both counted). Raises Forbidden, InterviewNotFound."""
    actor.require(Permission.PRIVACY_MANAGE)
    chosen = None
    if interview_id is not None:
        chosen = await interviews.interview(db, actor.scope, interview_id)
        if chosen is None:
            raise interviews.InterviewNotFound(_("There is no such interview."))
    known = []
    for one in [interview_id] if interview_id else await _all(db, actor.scope):
        known += [it for it in await scoring.handed_in(db, actor.scope, one) if _within(it.completed_at, first, last)]
    people, answered = await _people(db, actor.scope, known)
    enough = answered >= FEWEST_PEOPLE
    return Impact(
        chosen,
        first,
        last,
        len(known),
        answered,
        tables(people, Kind.SELECTION) if enough else None,
        tables(people, Kind.SCORING) if enough else None,
    )


async def titles(db: AsyncSession, actor: Actor) -> list[tuple[UUID, str]]:
    """Every interview to choose from, the newest first."""
    actor.require(Permission.PRIVACY_MANAGE)
    ids = await _all(db, actor.scope)
    names = await interviews.interview_titles(db, actor.scope, ids)
    return [(one, names[one]) for one in ids if one in names]


async def _all(db: AsyncSession, scope: Scope) -> list[UUID]:
    found: list[UUID] = []
    before = None
    while True:
        page, before = await interviews.interviews(db, scope, before=before, limit=100)
        found += [one.id for one in page]
        if before is None:
            return found


async def _people(db: AsyncSession, scope: Scope, known: list[sessions.Session]) -> tuple[list[Person], int]:
    row = await queries.settings(db, scope)
    ids = [one.id for one in known]
    names = {} if row is None else {subject_of(row.salt, one): one for one in ids}
    given = {names[answer.subject]: answer for answer in await queries.answers(db, scope, list(names))}
    scores, decided = await scoring.scores_of(db, scope, ids), await scoring.decisions_of(db, scope, ids)
    people = []
    for session in known:
        answer, score, decision = given.get(session.id), scores.get(session.id), decided.get(session.id)
        final = decision is not None and decision.outcome is not scoring.Outcome.HOLD
        people.append(
            Person(
                Sex(answer.sex) if answer and answer.sex else None,
                Race(answer.race) if answer and answer.race else None,
                decision.outcome is scoring.Outcome.ADVANCE if decision and final else None,
                None if session.human_only or score is None else _by_machine(score),
            )
        )
    return people, len(given)


def _by_machine(score: scoring.Score) -> float | None:
    """What the program gave, without people's corrections: it is the tool whose effect is asked about."""
    return score.overall_score if score.machine is None else score.machine.overall_score


def _within(at: datetime | None, first: date | None, last: date | None) -> bool:
    if at is None:
        return False
    begins = datetime.combine(first, time(), UTC) if first else None
    ends = datetime.combine(last, time(), UTC) + timedelta(days=1) if last and last < date.max else None
    return (begins is None or at >= begins) and (ends is None or at < ends)
