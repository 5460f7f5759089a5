"""The only SQL of the reporting context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.reporting.models import ReportRow
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Glance:
    """What the board shows of a report: levels as stored (see `ReportRow`), and whether a fallback listened."""

    session_id: UUID
    levels: list[dict[str, Any]]
    low_accuracy: bool


async def add_report(db: AsyncSession, row: dict[str, Any]) -> bool:
    """Adds a report. False when this version of it is there already: then nothing changes."""
    added = await db.execute(
        insert(ReportRow)
        .values(**row)
        .on_conflict_do_nothing(index_elements=["org_id", "session_id", "version"])
        .returning(ReportRow.id)
    )
    return added.first() is not None


async def has_report(db: AsyncSession, scope: Scope, session_id: UUID, version: int) -> bool:
    """Whether this version was made already."""
    found = await db.scalar(
        select(ReportRow.id).where(
            ReportRow.org_id == scope.org_id, ReportRow.session_id == session_id, ReportRow.version == version
        )
    )
    return found is not None


async def newest(db: AsyncSession, scope: Scope, session_id: UUID) -> ReportRow | None:
    """The session's newest report."""
    return await db.scalar(
        select(ReportRow)
        .where(ReportRow.org_id == scope.org_id, ReportRow.session_id == session_id)
        .order_by(ReportRow.version.desc())
        .limit(1)
    )


async def versions(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[ReportRow]:
    """Every version of the session's report."""
    found = await db.scalars(
        select(ReportRow)
        .where(ReportRow.org_id == scope.org_id, ReportRow.session_id == session_id)
        .order_by(ReportRow.version)
    )
    return found.all()


async def replace_document(db: AsyncSession, scope: Scope, row: ReportRow, document: str, digest: str) -> None:
    """Puts another document in the place of a version's: the application may delete and add, not change."""
    values = {
        "id": row.id,
        "org_id": scope.org_id,
        "session_id": row.session_id,
        "version": row.version,
        "document": document,
        "hash": digest,
        "levels": row.levels,
        "low_accuracy": row.low_accuracy,
        "made_at": row.made_at,
    }
    await db.execute(delete(ReportRow).where(ReportRow.org_id == scope.org_id, ReportRow.id == row.id))
    db.expunge(row)
    await db.execute(insert(ReportRow).values(**values))


async def glances(db: AsyncSession, scope: Scope, session_ids: Iterable[UUID]) -> Sequence[Glance]:
    """The newest report of each of these sessions, without its document."""
    rows = await db.execute(
        select(ReportRow.session_id, ReportRow.levels, ReportRow.low_accuracy)
        .where(ReportRow.org_id == scope.org_id, ReportRow.session_id.in_(list(session_ids)))
        .ext(distinct_on(ReportRow.session_id))
        .order_by(ReportRow.session_id, ReportRow.version.desc())
    )
    return [Glance(row.session_id, row.levels, row.low_accuracy) for row in rows]
