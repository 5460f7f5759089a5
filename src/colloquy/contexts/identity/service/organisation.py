"""The organisation and its team, as everybody in it may see them."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import Organisation
from colloquy.contexts.identity.policy.roles import Actor, Permission
from colloquy.contexts.identity.queries import organisations
from colloquy.kit.db import Scope


async def organisation(db: AsyncSession, scope: Scope) -> Organisation:
    """The tenant's organisation. LookupError when the transaction has not entered the tenant."""
    found = await organisations.organisation(db, scope)
    if found is None:
        raise LookupError(f"No organisation {scope.org_id} here: open the transaction with this scope.")
    return found


async def change_organisation(db: AsyncSession, actor: Actor, values: Organisation) -> None:
    """Writes the name, colour, language and contact address. Raises Forbidden."""
    actor.require(Permission.ORG_MANAGE)
    await organisations.update_organisation(db, actor.scope, values)
