"""Who is told, for documents that say so."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.webhooks.queries import endpoints as queries
from colloquy.kit.db import Scope


async def receivers(db: AsyncSession, scope: Scope) -> tuple[str, ...]:
    """The hosts of the webhooks that are on, each once, in alphabetical order. Paths may be secrets and stay out."""
    rows = await queries.endpoints(db, scope)
    return tuple(sorted({urlsplit(row.url).hostname or "" for row in rows if row.enabled}))
