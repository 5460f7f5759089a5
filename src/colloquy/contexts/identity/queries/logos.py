"""The picture that stands for an organisation, in its row; read alone, because other reads do not need it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Logo:
    """The picture's bytes and media type."""

    data: bytes
    media_type: str


async def logo(db: AsyncSession, scope: Scope, logo_hash: str) -> Logo | None:
    """The logo with this hash; None when there is none, or another by now."""
    row = (
        await db.execute(
            text("select logo, logo_type from organisations where id = :org_id and logo_hash = :hash"),
            {"org_id": scope.org_id, "hash": logo_hash},
        )
    ).one_or_none()
    return None if row is None else Logo(bytes(row.logo), row.logo_type)


async def set_logo(db: AsyncSession, scope: Scope, data: bytes, media_type: str, logo_hash: str) -> None:
    """Puts this logo in the place of any before."""
    await db.execute(
        text("update organisations set logo = :data, logo_type = :type, logo_hash = :hash where id = :org_id"),
        {"org_id": scope.org_id, "data": data, "type": media_type, "hash": logo_hash},
    )


async def clear_logo(db: AsyncSession, scope: Scope) -> None:
    """Takes the logo away."""
    await db.execute(
        text("update organisations set logo = null, logo_type = null, logo_hash = null where id = :org_id"),
        {"org_id": scope.org_id},
    )
