"""What people see of runs: how far they are, what failed, whether they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.errors import RunNotFound
from colloquy.contexts.scoring.models import AdoptionRow, ScoringRunRow
from colloquy.contexts.scoring.policy.again import ItemState, RunState, complete, run_state
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Adoption:
    """Somebody said that a run counts, or that it does not any more. `name` is empty when their account is gone."""

    adopted: bool
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """A run with its figures. `counts` are answers by their state; `people_only` candidates were left out.

    `candidates` take part; the scores of `complete` of them can count. `adoptions`: the last word first.
    """

    id: UUID
    number: int
    rubric_version: str
    note: str
    people_only: int
    by: str
    at: datetime
    counts: Mapping[str, int]
    candidates: int
    complete: int
    adoptions: tuple[Adoption, ...]

    @property
    def state(self) -> RunState:
        """Whether it goes on."""
        return run_state(self.counts)

    @property
    def total(self) -> int:
        """How many answers it is about."""
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        """How many answers nothing more happens to by itself."""
        return self.total - self.counts.get(ItemState.WAITING, 0) - self.counts.get(ItemState.QUEUED, 0)

    @property
    def adopted(self) -> bool:
        """Whether a person said that its scores count."""
        return bool(self.adoptions) and self.adoptions[0].adopted


@dataclass(frozen=True, slots=True)
class Item:
    """One answer of a run: its state, and the version of its judgements that counted when the run began."""

    session_id: UUID
    answer_id: UUID
    state: ItemState
    old_version: int | None


async def runs_of(db: AsyncSession, actor: Actor, interview_id: UUID) -> list[Run]:
    """The interview's runs, the last one first. Raises Forbidden, InterviewNotFound."""
    actor.require(Permission.SESSIONS_DECIDE)
    if await interviews.interview(db, actor.scope, interview_id) is None:
        raise interviews.InterviewNotFound(_("There is no such interview."))
    return await _runs(db, actor, await queries.runs(db, actor.scope, interview_id))


async def run_of(db: AsyncSession, actor: Actor, interview_id: UUID, run_id: UUID) -> tuple[Run, list[Item]]:
    """One run and its answers in their order. Raises Forbidden, RunNotFound."""
    actor.require(Permission.SESSIONS_DECIDE)
    row = await queries.run(db, actor.scope, run_id)
    if row is None or row.interview_id != interview_id:
        raise RunNotFound(_("There is no such run."))
    [run] = await _runs(db, actor, [row])
    items = await queries.run_items(db, actor.scope, [run_id])
    return run, [Item(one.session_id, one.answer_id, ItemState(one.state), one.old_version) for one in items]


async def _runs(db: AsyncSession, actor: Actor, rows: Sequence[ScoringRunRow]) -> list[Run]:
    scope, ids = actor.scope, [row.id for row in rows]
    counts = await queries.run_counts(db, scope, ids)
    said: dict[UUID, list[AdoptionRow]] = {}
    for word in await queries.adoptions(db, scope, ids):
        said.setdefault(word.run_id, []).append(word)
    states: dict[UUID, dict[UUID, list[str]]] = {}
    for item in await queries.run_items(db, scope, ids):
        states.setdefault(item.run_id, {}).setdefault(item.session_id, []).append(item.state)
    people = {row.made_by for row in rows} | {word.person_id for words in said.values() for word in words}
    names = await identity.person_names(db, scope, people)
    return [
        Run(
            id=row.id,
            number=row.number,
            rubric_version=row.rubric_version,
            note=row.note,
            people_only=row.people_only,
            by=names.get(row.made_by, ""),
            at=row.made_at,
            counts=counts.get(row.id, {}),
            candidates=len(states.get(row.id, {})),
            complete=sum(complete(one) for one in states.get(row.id, {}).values()),
            adoptions=tuple(
                Adoption(word.adopted, names.get(word.person_id, ""), word.made_at) for word in said.get(row.id, ())
            ),
        )
        for row in rows
    ]


async def run_numbers(db: AsyncSession, scope: Scope, session_id: UUID) -> dict[UUID, int]:
    """The numbers of the runs that asked for answers of this session, by id."""
    return {run.id: run.number for _, run in await queries.runs_of_sessions(db, scope, [session_id])}
