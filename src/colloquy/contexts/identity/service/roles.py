"""Roles: the four that are built in, and those that an organisation makes for itself."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import RoleInUse, RoleNameTaken
from colloquy.contexts.identity.policy.role_words import is_built_in_name
from colloquy.contexts.identity.policy.roles import (
    Actor,
    AnyRole,
    CustomRole,
    Permission,
    Role,
    may_appoint,
    may_give,
)
from colloquy.contexts.identity.queries import roles as queries
from colloquy.contexts.identity.queries import teams
from colloquy.kit.db import Scope
from colloquy.kit.errors import Forbidden, Malformed, NotFound
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


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


async def custom_role(db: AsyncSession, actor: Actor, role_id: UUID) -> CustomRole:
    """One of the organisation's own roles, to be changed by `actor`.

    Raises Forbidden, also when it allows more than they may do themselves, and NotFound.
    """
    actor.require(Permission.TEAM_MANAGE)
    found = await queries.custom_role(db, actor.scope, role_id)
    if found is None:
        raise NotFound(_("No such role."))
    _check_give(actor, found.permissions)
    return found


async def make_role(db: AsyncSession, actor: Actor, *, name: str, permissions: frozenset[Permission]) -> CustomRole:
    """A new role. Raises Forbidden for permissions that the maker lacks, and RoleNameTaken."""
    actor.require(Permission.TEAM_MANAGE)
    return await _put(db, actor, CustomRole(new_id(), name, permissions))


async def change_role(
    db: AsyncSession, actor: Actor, role_id: UUID, *, name: str, permissions: frozenset[Permission]
) -> CustomRole:
    """Another name and other permissions, for everybody who has the role from their next request on.

    Raises Forbidden, NotFound and RoleNameTaken.
    """
    await custom_role(db, actor, role_id)
    return await _put(db, actor, CustomRole(role_id, name, permissions))


async def delete_role(db: AsyncSession, actor: Actor, role_id: UUID, move_to: AnyRole | None) -> None:
    """Deletes the role; who has it gets `move_to`. Raises Forbidden, NotFound, and RoleInUse when that is missing."""
    await teams.lock_team(db, actor.scope)
    role = await custom_role(db, actor, role_id)
    held = (await queries.holders(db, actor.scope)).get(role_id, 0)
    if held and (move_to is None or move_to == role):
        raise RoleInUse(_("Choose another role for those who have this one."), holders=held)
    if move_to is not None and not may_appoint(actor, role, move_to):
        raise Forbidden(_("This role allows more than your own does. Choose another, or ask an admin."))
    # Whoever was in the team formerly, and invitations of the past, name the role as well: they get the smallest one.
    await queries.move_everybody(db, actor.scope, role_id, move_to or Role.REVIEWER)
    await queries.delete(db, actor.scope, role_id)


async def _put(db: AsyncSession, actor: Actor, role: CustomRole) -> CustomRole:
    _check_give(actor, role.permissions)
    if is_built_in_name(role.name) or not await queries.put(db, actor.scope, role):
        raise RoleNameTaken(_("There is a role of this name. Choose another name."))
    return role


def _check_give(actor: Actor, permissions: frozenset[Permission]) -> None:
    if not may_give(actor, permissions):
        raise Forbidden(_("A role cannot allow more than you may do yourself. Choose less, or ask an admin."))
