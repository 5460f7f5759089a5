"""SQL of links: public ones and invitations. Every query names the tenant, besides row-level security."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews.models import LinkRow
from colloquy.contexts.interviews.policy.link import LinkKind
from colloquy.kit.db import Scope


async def link_by_hash(db: AsyncSession, scope: Scope, token_hash: bytes) -> LinkRow | None:
    """The link with this token, revoked or not."""
    row = await db.execute(select(LinkRow).where(LinkRow.org_id == scope.org_id, LinkRow.token_hash == token_hash))
    return row.scalar_one_or_none()


async def link(db: AsyncSession, scope: Scope, link_id: UUID, *, lock: bool = False) -> LinkRow | None:
    """The link with this id; with `lock`, nobody else changes it before we have."""
    query = select(LinkRow).where(LinkRow.org_id == scope.org_id, LinkRow.id == link_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await db.execute(query)).scalar_one_or_none()


async def public_link(db: AsyncSession, scope: Scope, interview_id: UUID) -> LinkRow | None:
    """The interview's public link that was not revoked; there is at most one."""
    row = await db.execute(
        select(LinkRow).where(
            LinkRow.org_id == scope.org_id,
            LinkRow.interview_id == interview_id,
            LinkRow.kind == LinkKind.PUBLIC,
            LinkRow.revoked_at.is_(None),
        )
    )
    return row.scalar_one_or_none()


async def invitations(
    db: AsyncSession, scope: Scope, interview_id: UUID, *, before: UUID | None = None, limit: int | None = None
) -> Sequence[LinkRow]:
    """The interview's invitations from the newest on, revoked ones among them."""
    query = select(LinkRow).where(
        LinkRow.org_id == scope.org_id,
        LinkRow.interview_id == interview_id,
        LinkRow.kind == LinkKind.INVITATION,
    )
    if before is not None:
        query = query.where(LinkRow.id < before)
    return (await db.execute(query.order_by(LinkRow.id.desc()).limit(limit))).scalars().all()


async def invited(db: AsyncSession, scope: Scope, interview_id: UUID, emails: Iterable[str]) -> dict[str, LinkRow]:
    """Invitations that were not revoked, by e-mail in lower case, of those among `emails` (in lower case)."""
    rows = await db.execute(
        select(LinkRow).where(
            LinkRow.org_id == scope.org_id,
            LinkRow.interview_id == interview_id,
            LinkRow.kind == LinkKind.INVITATION,
            LinkRow.revoked_at.is_(None),
            func.lower(LinkRow.email).in_(list(emails)),
        )
    )
    return {(row.email or "").lower(): row for row in rows.scalars()}


async def take_link(db: AsyncSession, scope: Scope, link_id: UUID, session_id: UUID, at: datetime) -> bool:
    """Binds an unused, unrevoked, unexpired invitation to the session; False when there is none any more."""
    taken = await db.execute(
        update(LinkRow)
        .where(
            LinkRow.org_id == scope.org_id,
            LinkRow.id == link_id,
            LinkRow.kind == LinkKind.INVITATION,
            LinkRow.used_by_session.is_(None),
            LinkRow.revoked_at.is_(None),
            LinkRow.expires_at > at,
        )
        .values(used_by_session=session_id, used_at=at)
        .returning(LinkRow.id)
    )
    return taken.first() is not None


async def delete_used(db: AsyncSession, scope: Scope, link_id: UUID, session_id: UUID) -> bool:
    """Removes an invitation that belongs to this session; False when there is none."""
    gone = await db.execute(
        delete(LinkRow)
        .where(
            LinkRow.org_id == scope.org_id,
            LinkRow.id == link_id,
            LinkRow.kind == LinkKind.INVITATION,
            LinkRow.used_by_session == session_id,
        )
        .returning(LinkRow.id)
    )
    return gone.first() is not None
