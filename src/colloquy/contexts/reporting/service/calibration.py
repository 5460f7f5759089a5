"""How the scale is used in one interview: by question, by evaluator, by each person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class OfQuestion:
    """The machine's levels in the answers to one question."""

    number: int
    text: str
    levels: scoring.Distribution


@dataclass(frozen=True, slots=True)
class OfEvaluator:
    """The levels that one evaluator gave in all answers that count."""

    name: str
    levels: scoring.Distribution


@dataclass(frozen=True, slots=True)
class OfPerson:
    """One person's levels on their scorecards of `candidates`. `name` is empty when their account is gone."""

    name: str
    candidates: int
    levels: scoring.Distribution
    severity: scoring.Severity


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the page shows. `candidates` are looked at; `hidden` are not, because the reader owes their scorecards."""

    interview: interviews.Interview
    candidates: int
    hidden: int
    people_only: int
    questions: tuple[OfQuestion, ...]
    evaluators: tuple[OfEvaluator, ...]
    people: tuple[OfPerson, ...]


async def calibration(
    db: AsyncSession, actor: Actor, interview_id: UUID, *, first: date | None = None, last: date | None = None
) -> Calibration:
    """The use of the scale, of candidates who handed in between two days (UTC, both counted).

    Forbidden for whoever may not decide; InterviewNotFound.
    """
    actor.require(Permission.SESSIONS_DECIDE)
    interview = await interviews.interview(db, actor.scope, interview_id)
    if interview is None:
        raise interviews.InterviewNotFound(_("There is no such interview."))
    everybody = await sessions.with_people_alone(
        db, actor.scope, await scoring.handed_in(db, actor.scope, interview_id)
    )
    known = [one for one in everybody if _within(one.completed_at, first, last)]
    hidden = await scoring.hidden_from(db, actor.scope, actor.person_id, interview, [one.id for one in known])
    shown = [one for one in known if one.id not in hidden]
    judged = await scoring.judged_levels(db, actor.scope, [one.id for one in shown if not one.human_only])
    return Calibration(
        interview=interview,
        candidates=len(shown),
        hidden=len(hidden),
        people_only=sum(one.human_only for one in shown),
        questions=_by_question(interview, shown, judged),
        evaluators=_by_evaluator(judged),
        people=await _by_person(db, actor, [one.id for one in shown]),
    )


def _within(at: datetime | None, first: date | None, last: date | None) -> bool:
    if at is None:
        return False
    begins = datetime.combine(first, time(), UTC) if first else None
    ends = datetime.combine(last, time(), UTC) + timedelta(days=1) if last and last < date.max else None
    return (begins is None or at >= begins) and (ends is None or at < ends)


_Judged = dict[UUID, analysis.StoredJudgements]


def _by_question(
    interview: interviews.Interview, shown: list[sessions.Session], judged: _Judged
) -> tuple[OfQuestion, ...]:
    levels: dict[UUID, list[int | None]] = {}
    for session in shown:
        for answer in session.answers:
            if answer.id in judged:
                found = [one.level for one in judged[answer.id].judgements]
                levels.setdefault(answer.question_id, []).extend(found)
    return tuple(
        OfQuestion(one.number, one.text, scoring.distribution(levels[one.id]))
        for one in interview.questions
        if one.id in levels
    )


def _by_evaluator(judged: _Judged) -> tuple[OfEvaluator, ...]:
    levels: dict[str, list[int | None]] = {}
    for stored in judged.values():
        levels.setdefault(stored.evaluator, []).extend(one.level for one in stored.judgements)
    return tuple(OfEvaluator(name, scoring.distribution(found)) for name, found in sorted(levels.items()))


async def _by_person(db: AsyncSession, actor: Actor, session_ids: list[UUID]) -> tuple[OfPerson, ...]:
    given, names = await scoring.levels_given(db, actor.scope, session_ids)
    severities = scoring.severities(
        [scoring.Mark(person, (session, competency), level) for session, person, competency, level in given]
    )
    people = {person for _session, person, _competency, _level in given}
    return tuple(
        OfPerson(
            names.get(person, ""),
            len({session for session, who, _competency, _level in given if who == person}),
            scoring.distribution(level for _session, who, _competency, level in given if who == person),
            severities[person],
        )
        for person in sorted(people, key=lambda one: (names.get(one, "~").casefold(), str(one)))
    )
