"""Roles: the four that are built in, and those that an organisation makes for itself."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.policy.roles import Actor, AnyRole, Role, may_appoint
from colloquy.contexts.identity.queries import roles as queries
from colloquy.kit.db import Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _


async def all_roles(db: AsyncSession, scope: Scope) -> list[AnyRole]:
    """Every role of the organisation: the built-in ones from the most trusted on, then its own by name."""
    return [*Role, *await queries.custom_roles(db, scope)]


async def chosen(db: AsyncSession, scope: Scope, key: str, field: str = "role") -> AnyRole:
    """The role that a form or a program names by its key. Raises Malformed on `field`."""
    if key in set(Role):
        return Role(key)
    try:
        found = await queries.custom_role(db, scope, UUID(key))
    except ValueError:
        found = None
    if found is None:
        wrong = _("Choose one of the list.")
        raise Malformed(wrong, fields={field: wrong})
    return found


async def assignable(db: AsyncSession, actor: Actor) -> list[AnyRole]:
    """The roles that `actor` may give to somebody new."""
    return [role for role in await all_roles(db, actor.scope) if may_appoint(actor, None, role)]
