"""Which tenant a secret link belongs to: all that may be known before a tenant is entered."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.queries import token_routes as queries
from colloquy.kit.db import Scope
from colloquy.kit.ids import token_hash


async def keep_route(db: AsyncSession, token: str, scope: Scope, kind: str) -> None:
    """Remembers that the secret `token` of this `kind` belongs to the tenant. Only its hash is stored."""
    await queries.put_route(db, token_hash(token), scope.org_id, kind)


async def scope_of(db: AsyncSession, token: str, kind: str) -> Scope | None:
    """The tenant of the secret link, or None. Does not enter it, and says nothing of the link's own state."""
    org_id = await queries.route_org(db, token_hash(token), kind)
    return None if org_id is None else Scope(org_id)


async def tenants(db: AsyncSession) -> list[Scope]:
    """Every tenant that may have candidates, for regular work that visits all of them."""
    return [Scope(one) for one in await queries.tenants(db)]
