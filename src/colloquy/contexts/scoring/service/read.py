"""What others may know of scores, scorecards and decisions, as values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.models import DecisionRow, ReviewRow, ScoreRow
from colloquy.contexts.scoring.policy.numbers import Numbers
from colloquy.contexts.scoring.policy.scorecard import Outcome
from colloquy.kit.db import Scope

_GONE = ""  # pages say in their own language that an account is gone


@dataclass(frozen=True, slots=True)
class MachineNumbers:
    """A session's numbers without people's corrections, 0–100 or None; `judged_share` 0–1."""

    overall_score: float | None
    technical_score: float | None
    communication_score: float | None
    low: float | None
    high: float | None
    judged_share: float


def machine_numbers(made: Numbers) -> MachineNumbers:
    """The numbers as they are kept."""
    return MachineNumbers(
        overall_score=made.overall_score,
        technical_score=made.technical_score,
        communication_score=made.communication_score,
        low=made.band.low if made.band else None,
        high=made.band.high if made.band else None,
        judged_share=made.judged_share,
    )


@dataclass(frozen=True, slots=True)
class Score:
    """One version of a session's numbers, 0–100 or None. `low` and `high` are the band of `overall_score`.

    `judged_share` is the share of the weight, 0–1, that rests on answers which could be judged. `reason` says why
    `needs_human`, in plain words. `evaluator` is None when nothing was evaluated. Where people corrected levels these
    are the numbers with their corrections, and `machine` those without.
    """

    session_id: UUID
    version: int
    overall_score: float | None
    technical_score: float | None
    communication_score: float | None
    low: float | None
    high: float | None
    judged_share: float
    needs_human: bool
    reason: str | None
    evaluator: str | None
    rubric_version: str
    made_at: datetime
    machine: MachineNumbers | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """One version of a scorecard. `levels` maps a competency's key to 1–5, without those left open.

    `independent`: its author could see nobody else's levels, comments or decisions when they wrote it.
    """

    at: datetime
    levels: dict[str, int]
    comment: str
    independent: bool


@dataclass(frozen=True, slots=True)
class Review:
    """One person's scorecard as it is now, and what it was `earlier`, the first version first. As in `Written`.

    `name` is empty when the person's account is gone.
    """

    person_id: UUID
    name: str
    at: datetime
    levels: dict[str, int]
    comment: str
    independent: bool = False
    earlier: tuple[Written, ...] = ()

    @property
    def blind(self) -> Written | None:
        """What its author wrote before they saw anything of others; None when they never did."""
        versions = (*self.earlier, Written(self.at, self.levels, self.comment, self.independent))
        return next((one for one in versions if one.independent), None)

    @property
    def changed_after_reveal(self) -> bool:
        """Whether it was written blind first, and is another one now."""
        return not self.independent and self.blind is not None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a candidate, and why. `name` as in `Review`."""

    person_id: UUID
    name: str
    at: datetime
    outcome: Outcome
    reason: str


async def score(db: AsyncSession, scope: Scope, session_id: UUID) -> Score | None:
    """The newest version of a session's numbers; None before it is settled."""
    return (await scores_of(db, scope, [session_id])).get(session_id)


async def scores_of(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> dict[UUID, Score]:
    """The newest numbers by session, of those that have any."""
    return {row.session_id: _score(row) for row in await queries.scores(db, scope, session_ids)}


async def score_history(db: AsyncSession, scope: Scope, session_id: UUID) -> list[Score]:
    """Every version of the session's numbers, the first one first."""
    return [_score(row) for row in await queries.score_versions(db, scope, session_id)]


async def reviews(db: AsyncSession, scope: Scope, session_id: UUID) -> list[Review]:
    """Everybody's scorecard of the session, one a person, the one that changed last at the end.

    Who may see which of them is `blind.hidden_from`'s to say.
    """
    return (await reviews_of(db, scope, [session_id])).get(session_id, [])


async def reviews_of(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> dict[UUID, list[Review]]:
    """The same by session, of those that have any."""
    rows = await queries.review_versions(db, scope, session_ids)
    names = await identity.person_names(db, scope, {row.person_id for row in rows}) if rows else {}
    versions: dict[tuple[UUID, UUID], list[ReviewRow]] = {}
    for row in rows:
        versions.setdefault((row.session_id, row.person_id), []).append(row)
    found: dict[UUID, list[Review]] = {}
    for (session_id, person_id), written in sorted(versions.items(), key=lambda one: one[1][-1].position):
        found.setdefault(session_id, []).append(review_from(written, names.get(person_id, _GONE)))
    return found


def review_from(versions: Sequence[ReviewRow], name: str) -> Review:
    """One person's scorecard from all its versions, the first one first."""
    *earlier, last = (Written(row.made_at, dict(row.levels), row.comment, row.independent) for row in versions)
    return Review(versions[-1].person_id, name, last.at, last.levels, last.comment, last.independent, tuple(earlier))


async def decision(db: AsyncSession, scope: Scope, session_id: UUID) -> Decision | None:
    """The decision that holds: the last one."""
    return next(iter(await decisions(db, scope, session_id)), None)


async def decisions(db: AsyncSession, scope: Scope, session_id: UUID) -> list[Decision]:
    """Every decision about the session, the one that holds first."""
    rows = await queries.decisions(db, scope, session_id)
    names = await identity.person_names(db, scope, {row.person_id for row in rows})
    return [_decision(row, names) for row in rows]


async def decisions_of(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> dict[UUID, Decision]:
    """The decision that holds, by session, of those that have one."""
    rows = await queries.decisions_in_force(db, scope, session_ids)
    names = await identity.person_names(db, scope, {row.person_id for row in rows})
    return {row.session_id: _decision(row, names) for row in rows}


def _decision(row: DecisionRow, names: dict[UUID, str]) -> Decision:
    return Decision(row.person_id, names.get(row.person_id, _GONE), row.made_at, Outcome(row.outcome), row.reason)


def _score(row: ScoreRow) -> Score:
    return Score(
        session_id=row.session_id,
        version=row.version,
        overall_score=row.overall_score,
        technical_score=row.technical_score,
        communication_score=row.communication_score,
        low=row.low,
        high=row.high,
        judged_share=row.judged_share,
        needs_human=row.needs_human,
        reason=row.reason,
        evaluator=row.evaluator,
        rubric_version=row.rubric_version,
        made_at=row.made_at,
        machine=None if row.machine is None else MachineNumbers(**row.machine),
    )
