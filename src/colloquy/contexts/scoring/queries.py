"""The only SQL of the scoring context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.scoring.models import (
    AdoptionRow,
    CommentRow,
    ContestRow,
    DecisionRow,
    OverrideRow,
    PanelRow,
    RevealRow,
    ReviewRow,
    RunItemRow,
    ScoreRow,
    ScoringRunRow,
)
from colloquy.kit.db import Scope


async def take_turns(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Waits until nobody else scores this session; holds the turn until the transaction ends."""
    await db.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"colloquy.scoring.{scope.org_id}.{session_id}"},
    )


async def scores(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> Sequence[ScoreRow]:
    """The newest version of each session that has a score, in no order."""
    found = await db.scalars(
        select(ScoreRow)
        .where(ScoreRow.org_id == scope.org_id, ScoreRow.session_id.in_(list(session_ids)))
        .ext(distinct_on(ScoreRow.session_id))
        .order_by(ScoreRow.session_id, ScoreRow.version.desc())
    )
    return found.all()


async def score_versions(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[ScoreRow]:
    """Every version of the session's score, the first one first."""
    found = await db.scalars(
        select(ScoreRow)
        .where(ScoreRow.org_id == scope.org_id, ScoreRow.session_id == session_id)
        .order_by(ScoreRow.version)
    )
    return found.all()


async def review_versions(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> Sequence[ReviewRow]:
    """Every version of everybody's scorecards of these sessions, in the order in which they were written."""
    found = await db.scalars(
        select(ReviewRow)
        .where(ReviewRow.org_id == scope.org_id, ReviewRow.session_id.in_(list(session_ids)))
        .order_by(ReviewRow.position)
    )
    return found.all()


async def reviewed_by(db: AsyncSession, scope: Scope, person_id: UUID, session_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these sessions of which this person has written a scorecard."""
    found = await db.scalars(
        select(ReviewRow.session_id).where(
            ReviewRow.org_id == scope.org_id,
            ReviewRow.person_id == person_id,
            ReviewRow.session_id.in_(list(session_ids)),
        )
    )
    return set(found)


async def reveals(
    db: AsyncSession, scope: Scope, interview_id: UUID, *, person_id: UUID | None = None
) -> Sequence[RevealRow]:
    """Who let themself see this interview's sessions before their own card; or when one person did."""
    query = select(RevealRow).where(RevealRow.org_id == scope.org_id, RevealRow.interview_id == interview_id)
    if person_id is not None:
        query = query.where(RevealRow.person_id == person_id)
    return (await db.scalars(query.order_by(RevealRow.made_at, RevealRow.id))).all()


async def overrides(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[OverrideRow]:
    """Every correction of the session's levels, withdrawals included, in the order in which they were made."""
    found = await db.scalars(
        select(OverrideRow)
        .where(OverrideRow.org_id == scope.org_id, OverrideRow.session_id == session_id)
        .order_by(OverrideRow.position)
    )
    return found.all()


async def comments(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[CommentRow]:
    """Every version of every comment about the session, in the order in which they were written."""
    found = await db.scalars(
        select(CommentRow)
        .where(CommentRow.org_id == scope.org_id, CommentRow.session_id == session_id)
        .order_by(CommentRow.position)
    )
    return found.all()


async def forget_quotes(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Takes the candidate's words out of every version of every comment; what people wrote stays."""
    await db.execute(
        update(CommentRow)
        .where(CommentRow.org_id == scope.org_id, CommentRow.session_id == session_id, CommentRow.quote != "")
        .values(quote="")
    )


async def panel(db: AsyncSession, scope: Scope, interview_id: UUID) -> Sequence[PanelRow]:
    """Who is asked to review this interview's candidates, or some of them, in the order in which they were asked."""
    found = await db.scalars(
        select(PanelRow)
        .where(PanelRow.org_id == scope.org_id, PanelRow.interview_id == interview_id)
        .order_by(PanelRow.asked_at, PanelRow.id)
    )
    return found.all()


async def asked(db: AsyncSession, scope: Scope, person_id: UUID) -> Sequence[PanelRow]:
    """What this person is asked to review."""
    found = await db.scalars(
        select(PanelRow)
        .where(PanelRow.org_id == scope.org_id, PanelRow.person_id == person_id)
        .order_by(PanelRow.asked_at, PanelRow.id)
    )
    return found.all()


async def excuse(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> None:
    """Takes back that people are asked to review."""
    await db.execute(delete(PanelRow).where(PanelRow.org_id == scope.org_id, PanelRow.id.in_(list(ids))))


async def decisions(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[DecisionRow]:
    """Every decision about this session, the last one first."""
    found = await db.scalars(
        select(DecisionRow)
        .where(DecisionRow.org_id == scope.org_id, DecisionRow.session_id == session_id)
        .order_by(DecisionRow.position.desc())
    )
    return found.all()


async def decisions_in_force(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> Sequence[DecisionRow]:
    """The last decision about each of these sessions, of those that have one, in no order."""
    found = await db.scalars(
        select(DecisionRow)
        .where(DecisionRow.org_id == scope.org_id, DecisionRow.session_id.in_(list(session_ids)))
        .ext(distinct_on(DecisionRow.session_id))
        .order_by(DecisionRow.session_id, DecisionRow.position.desc())
    )
    return found.all()


async def reviews_of(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> Sequence[ReviewRow]:
    """Each person's last scorecard of each of these sessions, in no order."""
    found = await db.scalars(
        select(ReviewRow)
        .where(ReviewRow.org_id == scope.org_id, ReviewRow.session_id.in_(list(session_ids)))
        .ext(distinct_on(ReviewRow.session_id, ReviewRow.person_id))
        .order_by(ReviewRow.session_id, ReviewRow.person_id, ReviewRow.position.desc())
    )
    return found.all()


async def take_turns_with_runs(db: AsyncSession, scope: Scope, interview_id: UUID) -> None:
    """Waits until nobody else begins a run of this interview, or feeds one; until the transaction ends."""
    await db.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"colloquy.scoring.runs.{scope.org_id}.{interview_id}"},
    )


async def run(db: AsyncSession, scope: Scope, run_id: UUID, *, lock: bool = False) -> ScoringRunRow | None:
    """One run; with `lock`, for a change."""
    query = select(ScoringRunRow).where(ScoringRunRow.org_id == scope.org_id, ScoringRunRow.id == run_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await db.execute(query)).scalar_one_or_none()


async def runs(db: AsyncSession, scope: Scope, interview_id: UUID) -> Sequence[ScoringRunRow]:
    """The interview's runs, the last one first."""
    found = await db.scalars(
        select(ScoringRunRow)
        .where(ScoringRunRow.org_id == scope.org_id, ScoringRunRow.interview_id == interview_id)
        .order_by(ScoringRunRow.number.desc())
    )
    return found.all()


async def runs_of_sessions(
    db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]
) -> Sequence[tuple[UUID, ScoringRunRow]]:
    """The session and each run that has answers of it."""
    rows = await db.execute(
        select(RunItemRow.session_id, ScoringRunRow)
        .join(ScoringRunRow, ScoringRunRow.id == RunItemRow.run_id)
        .where(RunItemRow.org_id == scope.org_id, RunItemRow.session_id.in_(list(session_ids)))
        .distinct()
    )
    return [(row[0], row[1]) for row in rows]


async def run_items(
    db: AsyncSession, scope: Scope, run_ids: Iterable[UUID], *, session_ids: Iterable[UUID] | None = None
) -> Sequence[RunItemRow]:
    """The answers of these runs in their order."""
    query = select(RunItemRow).where(RunItemRow.org_id == scope.org_id, RunItemRow.run_id.in_(list(run_ids)))
    if session_ids is not None:
        query = query.where(RunItemRow.session_id.in_(list(session_ids)))
    return (await db.scalars(query.order_by(RunItemRow.run_id, RunItemRow.position))).all()


async def run_counts(db: AsyncSession, scope: Scope, run_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """How many answers of each run are in each state."""
    rows = await db.execute(
        select(RunItemRow.run_id, RunItemRow.state, func.count())
        .where(RunItemRow.org_id == scope.org_id, RunItemRow.run_id.in_(list(run_ids)))
        .group_by(RunItemRow.run_id, RunItemRow.state)
    )
    found: dict[UUID, dict[str, int]] = {}
    for run_id, state, number in rows:
        found.setdefault(run_id, {})[state] = number
    return found


async def run_item(db: AsyncSession, scope: Scope, run_id: UUID, answer_id: UUID) -> RunItemRow | None:
    """One answer of a run, locked."""
    found = await db.execute(
        select(RunItemRow)
        .where(RunItemRow.org_id == scope.org_id, RunItemRow.run_id == run_id, RunItemRow.answer_id == answer_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.scalar_one_or_none()


async def next_items(db: AsyncSession, scope: Scope, run_id: UUID, limit: int) -> Sequence[RunItemRow]:
    """The next waiting answers, locked; those that somebody else takes at this moment are left out."""
    found = await db.scalars(
        select(RunItemRow)
        .where(RunItemRow.org_id == scope.org_id, RunItemRow.run_id == run_id, RunItemRow.state == "waiting")
        .order_by(RunItemRow.position)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def move_items(
    db: AsyncSession, scope: Scope, run_id: UUID, before: Iterable[str], after: str, at: datetime
) -> None:
    """Puts the run's answers that are in one of the states `before` into the state `after`."""
    await db.execute(
        update(RunItemRow)
        .where(RunItemRow.org_id == scope.org_id, RunItemRow.run_id == run_id, RunItemRow.state.in_(list(before)))
        .values(state=after, changed_at=at)
    )


async def adoptions(db: AsyncSession, scope: Scope, run_ids: Iterable[UUID]) -> Sequence[AdoptionRow]:
    """What people said of each of these runs, the last word first."""
    found = await db.scalars(
        select(AdoptionRow)
        .where(AdoptionRow.org_id == scope.org_id, AdoptionRow.run_id.in_(list(run_ids)))
        .order_by(AdoptionRow.position.desc())
    )
    return found.all()


async def contests(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> Sequence[ContestRow]:
    """What candidates contest in these sessions, the oldest first."""
    found = await db.scalars(
        select(ContestRow)
        .where(ContestRow.org_id == scope.org_id, ContestRow.session_id.in_(list(session_ids)))
        .order_by(ContestRow.made_at, ContestRow.id)
    )
    return found.all()


async def lock_contest(db: AsyncSession, scope: Scope, session_id: UUID, contest_id: UUID) -> ContestRow | None:
    """One, locked until the transaction ends."""
    return await db.scalar(
        select(ContestRow)
        .where(ContestRow.org_id == scope.org_id, ContestRow.session_id == session_id, ContestRow.id == contest_id)
        .with_for_update()
    )
