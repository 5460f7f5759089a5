"""The drift of a run: its judgements against those that counted when it began, over the cohort."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring.policy import drift
from colloquy.contexts.scoring.policy.again import ItemState
from colloquy.contexts.scoring.policy.assessment import assess
from colloquy.contexts.scoring.service.again import handed_in
from colloquy.contexts.scoring.service.again_read import Item, Run, run_of
from colloquy.contexts.scoring.service.blind import hidden_from
from colloquy.contexts.scoring.service.settle import assessed
from colloquy.contexts.scoring.service.standing import rubric_of
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _

MOST_CHANGES: Final = 12
"""The largest changes that a page lists; all of them are in the exports."""
_Sets = Mapping[UUID, analysis.StoredJudgements]


@dataclass(frozen=True, slots=True)
class Change:
    """One competency of one answer judged otherwise. None is "not enough evidence"; versions count per answer."""

    session_id: UUID
    candidate: str
    answer_id: UUID
    number: int
    competency: str
    old: int | None
    new: int | None
    old_version: int
    new_version: int

    @property
    def size(self) -> int:
        """How far the level moved; evidence won or lost counts as the whole scale."""
        return abs(self.new - self.old) if self.new and self.old else 4


@dataclass(frozen=True, slots=True)
class Crossed:
    """A candidate whose overall score lies nearest to another level now."""

    session_id: UUID
    candidate: str
    crossing: drift.Crossing


@dataclass(frozen=True, slots=True)
class CohortDrift:
    """What a run changed. `competencies` are named by key and name, in the rubric's order; `before` and `after` say
    who judged by which rubric; `compared` answers have both judgements. `changes`: the largest first. `hidden`
    candidates are left out, because whoever asks has yet to write their own scorecard of them.
    """

    run: Run
    items: tuple[Item, ...]
    candidates: dict[UUID, str]
    numbers: dict[UUID, int]
    compared: int
    hidden: int
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    overall: drift.Drift
    levels: drift.Drift
    competencies: tuple[tuple[str, str, drift.Drift], ...]
    crossed: tuple[Crossed, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    """One session's old and new judgements, of the answers that the run has judged."""

    session: sessions.Session
    old: dict[UUID, analysis.StoredJudgements]
    new: dict[UUID, analysis.StoredJudgements]
    names: Mapping[str, str]
    old_score: float | None
    new_score: float | None


async def cohort_drift(db: AsyncSession, actor: Actor, interview_id: UUID, run_id: UUID) -> CohortDrift:
    """The drift of a run, also while it is going. Raises Forbidden, InterviewNotFound, RunNotFound.

    Candidates whom people alone evaluate since then are left out: nobody reads what a program made of them.
    """
    run, items = await run_of(db, actor, interview_id, run_id)
    interview = await interviews.interview(db, actor.scope, interview_id)
    if interview is None:
        raise interviews.InterviewNotFound(_("There is no such interview."))
    wanted = {item.session_id for item in items}
    everybody = await sessions.with_people_alone(db, actor.scope, await handed_in(db, actor.scope, interview_id))
    known = [one for one in everybody if one.id in wanted]
    hidden = await hidden_from(db, actor.scope, actor.person_id, interview, wanted)
    shown = [one for one in known if not one.human_only and one.id not in hidden]
    judged = await _judged(db, actor.scope, interview, shown, run_id, items)
    # Resampling takes up to a few seconds of pure computing; other requests are answered meanwhile.
    overall, levels, by_key = await asyncio.to_thread(_measured, judged)
    names = {key: name for one in judged for key, name in one.names.items()}
    return CohortDrift(
        run=run,
        items=tuple(items),
        candidates={one.id: one.candidate.name for one in known},
        numbers={answer.id: answer.number for one in known for answer in one.answers},
        compared=sum(len(one.new) for one in judged),
        hidden=len(hidden),
        before=_who(judged, old=True),
        after=_who(judged, old=False),
        overall=overall,
        levels=levels,
        competencies=tuple((key, names.get(key, key), by_key[key]) for key in by_key),
        crossed=_crossed(judged),
        changes=_changes(judged),
    )


async def _judged(
    db: AsyncSession,
    scope: Scope,
    interview: interviews.Interview,
    shown: Sequence[sessions.Session],
    run_id: UUID,
    items: Iterable[Item],
) -> list[_Judged]:
    histories = await analysis.histories(db, scope, [one.id for one in shown])
    compared = {item.answer_id: item.old_version for item in items if item.state is ItemState.JUDGED}
    rubrics: dict[frozenset[str], interviews.Interview] = {}

    async def by_rubric(sets: _Sets) -> interviews.Interview:
        versions = frozenset(one.rubric_version for one in sets.values())
        if versions not in rubrics:
            rubrics[versions] = await rubric_of(db, scope, interview, sets)
        return rubrics[versions]

    found = []
    for session in shown:
        old: dict[UUID, analysis.StoredJudgements] = {}
        new: dict[UUID, analysis.StoredJudgements] = {}
        for answer_id, versions in histories.get(session.id, {}).items():
            before = next((one for one in versions if one.version == compared.get(answer_id)), None)
            after = next((one for one in versions if one.run_id == run_id), None)
            if before and after:
                old[answer_id], new[answer_id] = before, after
        if not new:
            continue
        rubric_old, rubric_new = await by_rubric(old), await by_rubric(new)
        found.append(
            _Judged(
                session,
                old,
                new,
                {one.key: one.name for one in rubric_new.competencies},
                _score(session, rubric_old, old),
                _score(session, rubric_new, new),
            )
        )
    return found


def _score(session: sessions.Session, interview: interviews.Interview, sets: _Sets) -> float | None:
    made = assess(assessed(session, interview, sets), people_only=False, rubric_version=interview.rubric_version)
    return made.numbers.overall_score


def _pairs(one: _Judged) -> list[tuple[UUID, str, int | None, int | None]]:
    """Answer, competency, old level, new level, where both have judged the competency."""
    found = []
    for answer_id, after in one.new.items():
        before = {judgement.competency: judgement.level for judgement in one.old[answer_id].judgements}
        found += [
            (answer_id, judgement.competency, before[judgement.competency], judgement.level)
            for judgement in after.judgements
            if judgement.competency in before
        ]
    return found


def _measured(judged: Sequence[_Judged]) -> tuple[drift.Drift, drift.Drift, dict[str, drift.Drift]]:
    by_key: dict[str, list[drift.Pair]] = {}
    for one in judged:
        # In the rubric's order, whichever answer comes first.
        for key in one.names:
            by_key.setdefault(key, [])
        for _answer_id, key, old, new in _pairs(one):
            by_key.setdefault(key, []).append(drift.Pair(str(one.session.id), old, new))
    scores = [drift.Scores(str(one.session.id), one.old_score, one.new_score) for one in judged]
    every = [pair for pairs in by_key.values() for pair in pairs]
    measured = {key: drift.level_drift(pairs) for key, pairs in by_key.items() if pairs}
    return drift.score_drift(scores), drift.level_drift(every), measured


def _crossed(judged: Sequence[_Judged]) -> tuple[Crossed, ...]:
    by_id = {str(one.session.id): one.session for one in judged}
    scores = [drift.Scores(str(one.session.id), one.old_score, one.new_score) for one in judged]
    return tuple(
        Crossed(by_id[one.candidate].id, by_id[one.candidate].candidate.name, one) for one in drift.crossings(scores)
    )


def _changes(judged: Sequence[_Judged]) -> tuple[Change, ...]:
    found = []
    for one in judged:
        numbers = {answer.id: answer.number for answer in one.session.answers}
        found += [
            Change(
                session_id=one.session.id,
                candidate=one.session.candidate.name,
                answer_id=answer_id,
                number=numbers[answer_id],
                competency=one.names.get(key, key),
                old=old,
                new=new,
                old_version=one.old[answer_id].version,
                new_version=one.new[answer_id].version,
            )
            for answer_id, key, old, new in _pairs(one)
            if old != new
        ]
    return tuple(sorted(found, key=lambda change: (-change.size, change.candidate, change.number)))


def _who(judged: Iterable[_Judged], *, old: bool) -> tuple[tuple[str, str], ...]:
    """Evaluators with the rubrics they went by."""
    sets = [stored for one in judged for stored in (one.old if old else one.new).values()]
    return tuple(sorted({(stored.evaluator, stored.rubric_version) for stored in sets}))
