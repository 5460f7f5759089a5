"""SQL of the consent ledger: adding, reading, and forgetting where a decision came from; nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.privacy.models import ConsentRow, NoticeRow
from colloquy.contexts.privacy.notices import Notice
from colloquy.kit.db import Scope


async def keep_notice(db: AsyncSession, scope: Scope, notice: Notice) -> None:
    """Stores the notice's text unless this organisation has shown exactly this one before."""
    await db.execute(
        insert(NoticeRow)
        .values(
            org_id=scope.org_id,
            hash=notice.hash,
            version=notice.version,
            language=notice.language,
            title=notice.title,
            text=notice.text,
        )
        .on_conflict_do_nothing()
    )


async def ledger(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[tuple[ConsentRow, str]]:
    """Every decision of the session, oldest first, each with the version of the notice it was made on."""
    rows = await db.execute(
        select(ConsentRow, NoticeRow.version)
        .join(NoticeRow, (NoticeRow.org_id == ConsentRow.org_id) & (NoticeRow.hash == ConsentRow.notice_hash))
        .where(ConsentRow.org_id == scope.org_id, ConsentRow.session_id == session_id)
        .order_by(ConsentRow.position)
    )
    return [(row, version) for row, version in rows]


async def latest(db: AsyncSession, scope: Scope, session_id: UUID, purpose: str) -> ConsentRow | None:
    """The decision in force about one purpose."""
    found = await db.execute(
        select(ConsentRow)
        .where(ConsentRow.org_id == scope.org_id, ConsentRow.session_id == session_id, ConsentRow.purpose == purpose)
        .order_by(ConsentRow.position.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


async def forget_origin(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Empties the network address of every decision of the session."""
    await db.execute(
        update(ConsentRow)
        .where(ConsentRow.org_id == scope.org_id, ConsentRow.session_id == session_id)
        .values(given_from=None)
    )


async def notice_shown(db: AsyncSession, scope: Scope, notice_hash: str) -> NoticeRow | None:
    """The stored notice with this hash."""
    return await db.get(NoticeRow, (scope.org_id, notice_hash))
