"""Requests to erase, and tombstones of what was erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.retention.models import RequestRow, TombstoneRow
from colloquy.kit.db import Scope

OPEN = ("asked", "due", "held", "erasing", "needs_person")


async def request(db: AsyncSession, scope: Scope, request_id: UUID, *, lock: bool = False) -> RequestRow | None:
    """One request; None when it is not this tenant's."""
    query = select(RequestRow).where(RequestRow.org_id == scope.org_id, RequestRow.id == request_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return await db.scalar(query)


async def request_by_link(db: AsyncSession, scope: Scope, link_hash: bytes, *, lock: bool = False) -> RequestRow | None:
    """The request whose letter had this link."""
    query = select(RequestRow).where(RequestRow.org_id == scope.org_id, RequestRow.link_hash == link_hash)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return await db.scalar(query)


async def open_request(db: AsyncSession, scope: Scope, session_id: UUID) -> RequestRow | None:
    """The request about this session that has not ended, locked; there is one at most."""
    return await db.scalar(
        select(RequestRow)
        .where(RequestRow.org_id == scope.org_id, RequestRow.session_id == session_id, RequestRow.state.in_(OPEN))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def in_state(db: AsyncSession, scope: Scope, states: Sequence[str]) -> Sequence[RequestRow]:
    """Requests in these states, the oldest first."""
    found = await db.scalars(
        select(RequestRow)
        .where(RequestRow.org_id == scope.org_id, RequestRow.state.in_(list(states)))
        .order_by(RequestRow.asked_at, RequestRow.id)
    )
    return found.all()


async def newest(db: AsyncSession, scope: Scope, limit: int) -> Sequence[RequestRow]:
    """The newest, those that have not ended first."""
    found = await db.scalars(
        select(RequestRow)
        .where(RequestRow.org_id == scope.org_id)
        .order_by(RequestRow.state.not_in(OPEN), RequestRow.asked_at.desc(), RequestRow.id.desc())
        .limit(limit)
    )
    return found.all()


async def add_tombstone(db: AsyncSession, row: TombstoneRow) -> None:
    """Notes what was erased. Again, after a restore, is the same."""
    await db.execute(
        insert(TombstoneRow)
        .values(
            session_id=row.session_id,
            org_id=row.org_id,
            interview_id=row.interview_id,
            link_id=row.link_id,
            recordings=row.recordings,
            why=row.why,
            erased_at=row.erased_at,
        )
        .on_conflict_do_nothing(index_elements=["session_id"])
    )


async def unwritten_tombstones(db: AsyncSession, scope: Scope) -> Sequence[TombstoneRow]:
    """Those that are not in the file yet."""
    found = await db.scalars(
        select(TombstoneRow)
        .where(TombstoneRow.org_id == scope.org_id, TombstoneRow.written_at.is_(None))
        .order_by(TombstoneRow.erased_at, TombstoneRow.session_id)
    )
    return found.all()


async def tombstones_written(db: AsyncSession, scope: Scope, ids: Sequence[UUID], at: datetime) -> None:
    """Notes that these are in the file."""
    await db.execute(
        update(TombstoneRow)
        .where(TombstoneRow.org_id == scope.org_id, TombstoneRow.session_id.in_(list(ids)))
        .values(written_at=at)
    )


async def tombstone(db: AsyncSession, scope: Scope, session_id: UUID) -> TombstoneRow | None:
    """The tombstone of a session."""
    return await db.scalar(
        select(TombstoneRow).where(TombstoneRow.org_id == scope.org_id, TombstoneRow.session_id == session_id)
    )
