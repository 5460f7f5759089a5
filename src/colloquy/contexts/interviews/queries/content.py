"""SQL of interviews, questions and competencies. Every query names the tenant, besides row-level security."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews.models import (
    CompetencyRow,
    InterviewRow,
    QuestionCompetencyRow,
    QuestionRow,
)
from colloquy.contexts.interviews.policy.interview import InterviewState
from colloquy.kit.db import Scope


async def interview_row(db: AsyncSession, scope: Scope, interview_id: UUID) -> InterviewRow | None:
    """The interview's own row."""
    return (await db.execute(_interview(scope, interview_id))).scalar_one_or_none()


async def lock_interview(db: AsyncSession, scope: Scope, interview_id: UUID) -> InterviewRow | None:
    """The same, locked: edits of one interview and the start of its first candidate take turns."""
    locked = _interview(scope, interview_id).with_for_update().execution_options(populate_existing=True)
    return (await db.execute(locked)).scalar_one_or_none()


def _interview(scope: Scope, interview_id: UUID) -> Select[InterviewRow]:
    return select(InterviewRow).where(InterviewRow.org_id == scope.org_id, InterviewRow.id == interview_id)


async def questions(db: AsyncSession, scope: Scope, interview_ids: Iterable[UUID]) -> Sequence[QuestionRow]:
    """The questions of these interviews in their order, without deleted ones."""
    rows = await db.execute(
        select(QuestionRow)
        .where(
            QuestionRow.org_id == scope.org_id,
            QuestionRow.interview_id.in_(list(interview_ids)),
            QuestionRow.deleted_at.is_(None),
        )
        .order_by(QuestionRow.interview_id, QuestionRow.position, QuestionRow.id)
    )
    return rows.scalars().all()


async def question(
    db: AsyncSession, scope: Scope, interview_id: UUID, question_id: UUID, *, deleted: bool = False
) -> QuestionRow | None:
    """One question of this interview; with `deleted`, one that waits for an undo."""
    wanted = QuestionRow.deleted_at.is_not(None) if deleted else QuestionRow.deleted_at.is_(None)
    row = await db.execute(
        select(QuestionRow).where(
            QuestionRow.org_id == scope.org_id,
            QuestionRow.interview_id == interview_id,
            QuestionRow.id == question_id,
            wanted,
        )
    )
    return row.scalar_one_or_none()


async def competencies(db: AsyncSession, scope: Scope, interview_id: UUID) -> Sequence[CompetencyRow]:
    """The competencies of this interview in their order, without deleted ones."""
    rows = await db.execute(
        select(CompetencyRow)
        .where(
            CompetencyRow.org_id == scope.org_id,
            CompetencyRow.interview_id == interview_id,
            CompetencyRow.deleted_at.is_(None),
        )
        .order_by(CompetencyRow.position, CompetencyRow.id)
    )
    return rows.scalars().all()


async def competency(
    db: AsyncSession, scope: Scope, interview_id: UUID, competency_id: UUID, *, deleted: bool = False
) -> CompetencyRow | None:
    """One competency of this interview; with `deleted`, one that waits for an undo."""
    wanted = CompetencyRow.deleted_at.is_not(None) if deleted else CompetencyRow.deleted_at.is_(None)
    row = await db.execute(
        select(CompetencyRow).where(
            CompetencyRow.org_id == scope.org_id,
            CompetencyRow.interview_id == interview_id,
            CompetencyRow.id == competency_id,
            wanted,
        )
    )
    return row.scalar_one_or_none()


async def probes(db: AsyncSession, scope: Scope, interview_id: UUID) -> dict[UUID, list[UUID]]:
    """The ids of the competencies that each question probes, without deleted ones, in the competencies' order."""
    rows = await db.execute(
        select(QuestionCompetencyRow.question_id, QuestionCompetencyRow.competency_id)
        .join(
            CompetencyRow,
            and_(
                CompetencyRow.org_id == QuestionCompetencyRow.org_id,
                CompetencyRow.id == QuestionCompetencyRow.competency_id,
            ),
        )
        .where(
            QuestionCompetencyRow.org_id == scope.org_id,
            CompetencyRow.interview_id == interview_id,
            CompetencyRow.deleted_at.is_(None),
        )
        .order_by(CompetencyRow.position, CompetencyRow.id)
    )
    found: dict[UUID, list[UUID]] = {}
    for question_id, competency_id in rows:
        found.setdefault(question_id, []).append(competency_id)
    return found


async def set_probes(db: AsyncSession, scope: Scope, question_id: UUID, competency_ids: Iterable[UUID]) -> None:
    """Makes the question probe exactly these competencies."""
    await db.execute(
        delete(QuestionCompetencyRow).where(
            QuestionCompetencyRow.org_id == scope.org_id, QuestionCompetencyRow.question_id == question_id
        )
    )
    for competency_id in dict.fromkeys(competency_ids):
        db.add(QuestionCompetencyRow(org_id=scope.org_id, question_id=question_id, competency_id=competency_id))
    await db.flush()


async def forget_deleted(db: AsyncSession, scope: Scope, interview_id: UUID, before: datetime) -> None:
    """Removes for good what was deleted before that moment: nobody can undo it any more."""
    for row in (QuestionRow, CompetencyRow):
        await db.execute(
            delete(row).where(row.org_id == scope.org_id, row.interview_id == interview_id, row.deleted_at < before)
        )


async def titles(db: AsyncSession, scope: Scope, interview_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Titles by id, of those that exist here."""
    rows = await db.execute(
        select(InterviewRow.id, InterviewRow.title).where(
            InterviewRow.org_id == scope.org_id, InterviewRow.id.in_(list(interview_ids))
        )
    )
    return {row.id: row.title for row in rows}


def _holds(state: InterviewState, at: datetime) -> ColumnElement[bool]:
    """The condition for the state as it holds at that time: a passed `closes_at` closes a published interview."""
    over = and_(InterviewRow.state == InterviewState.PUBLISHED, InterviewRow.closes_at <= at)
    if state is InterviewState.CLOSED:
        return or_(InterviewRow.state == InterviewState.CLOSED, over)
    if state is InterviewState.PUBLISHED:
        return and_(
            InterviewRow.state == InterviewState.PUBLISHED,
            or_(InterviewRow.closes_at.is_(None), InterviewRow.closes_at > at),
        )
    return InterviewRow.state == state


async def interview_rows(
    db: AsyncSession,
    scope: Scope,
    *,
    at: datetime,
    state: InterviewState | None,
    search: str,
    before: UUID | None,
    limit: int,
) -> Sequence[InterviewRow]:
    """Interviews from the newest on; `before` is the id of the last one of the page before."""
    query = select(InterviewRow).where(InterviewRow.org_id == scope.org_id)
    if state is not None:
        query = query.where(_holds(state, at))
    if search:
        query = query.where(
            or_(
                InterviewRow.title.icontains(search, autoescape=True),
                InterviewRow.role_title.icontains(search, autoescape=True),
            )
        )
    if before is not None:
        query = query.where(InterviewRow.id < before)
    return (await db.execute(query.order_by(InterviewRow.id.desc()).limit(limit))).scalars().all()


async def counts(db: AsyncSession, scope: Scope, at: datetime) -> dict[InterviewState, int]:
    """How many interviews are in each state."""
    query = select(*(func.count().filter(_holds(state, at)).label(state.value) for state in InterviewState)).where(
        InterviewRow.org_id == scope.org_id
    )
    row = (await db.execute(query)).one()
    return {state: getattr(row, state.value) for state in InterviewState}


async def freeze(db: AsyncSession, scope: Scope, interview_id: UUID, at: datetime) -> None:
    """Marks that somebody has started, once."""
    await db.execute(
        update(InterviewRow)
        .where(InterviewRow.org_id == scope.org_id, InterviewRow.id == interview_id, InterviewRow.frozen_at.is_(None))
        .values(frozen_at=at)
    )
