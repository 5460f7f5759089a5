"""Which tenant a secret link belongs to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def put_route(db: AsyncSession, token_hash: bytes, org_id: UUID, kind: str) -> None:
    """Remembers the tenant of a secret link."""
    await db.execute(
        text(
            "insert into token_routes (token_hash, org_id, kind) values (:hash, :org_id, :kind)"
            " on conflict (token_hash) do nothing"
        ),
        {"hash": token_hash, "org_id": org_id, "kind": kind},
    )


async def tenants(db: AsyncSession) -> list[UUID]:
    """Every tenant that ever made a secret link, and so every tenant that ever had a candidate."""
    found = await db.scalars(text("select distinct org_id from token_routes order by org_id"))
    return [UUID(str(one)) for one in found]


async def route_org(db: AsyncSession, token_hash: bytes, kind: str) -> UUID | None:
    """The tenant of a secret link of this kind."""
    org_id = await db.scalar(
        text("select org_id from token_routes where token_hash = :hash and kind = :kind"),
        {"hash": token_hash, "kind": kind},
    )
    return None if org_id is None else UUID(str(org_id))
