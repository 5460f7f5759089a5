"""Changing who is in the team, and as what."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import LastOwner
from colloquy.contexts.identity.policy.roles import Actor, AnyRole, Permission, Role, may_appoint, role_key
from colloquy.contexts.identity.queries import sign_ins, teams
from colloquy.kit import audit, clock
from colloquy.kit.errors import Forbidden, NotFound
from colloquy.kit.i18n import gettext as _


async def change_role(db: AsyncSession, actor: Actor, person_id: UUID, role: AnyRole) -> None:
    """Another role for a member. Raises Forbidden, NotFound, LastOwner."""
    before = await _member(db, actor, person_id)
    _check_appointment(actor, before, role)
    if before is Role.OWNER and role is not Role.OWNER:
        await _keep_an_owner(db, actor)
    await teams.set_role(db, actor.scope, person_id, role)
    roles = {"before": role_key(before), "after": role_key(role)}
    audit.note(db, actor.scope, "team.role_changed", subject=("person", person_id), details=roles)


async def remove(db: AsyncSession, actor: Actor, person_id: UUID) -> None:
    """Takes a member out of the team and signs them out of it. Raises Forbidden, NotFound, LastOwner."""
    before = await _member(db, actor, person_id)
    _check_appointment(actor, before, None)
    if before is Role.OWNER:
        await _keep_an_owner(db, actor)
    now = clock.now()
    await teams.set_removed(db, actor.scope, person_id, now)
    await sign_ins.revoke_all(db, person_id, now, org_id=actor.scope.org_id)


async def restore(db: AsyncSession, actor: Actor, person_id: UUID) -> None:
    """Takes a removed member back in their former role. Raises Forbidden, NotFound."""
    actor.require(Permission.TEAM_MANAGE)
    role = await teams.membership(db, actor.scope, person_id, removed=True)
    if role is None:
        raise NotFound(_("No such former member."))
    _check_appointment(actor, None, role)
    await teams.set_removed(db, actor.scope, person_id, None)


async def _member(db: AsyncSession, actor: Actor, person_id: UUID) -> AnyRole:
    actor.require(Permission.TEAM_MANAGE)
    await teams.lock_team(db, actor.scope)
    role = await teams.membership(db, actor.scope, person_id)
    if role is None:
        raise NotFound(_("No such member."))
    return role


def _check_appointment(actor: Actor, before: AnyRole | None, after: AnyRole | None) -> None:
    if may_appoint(actor, before, after):
        return
    if Role.OWNER in (before, after):
        raise Forbidden(_("Only an owner can make somebody an owner, or change one."))
    raise Forbidden(_("This role allows more than your own does. Choose another, or ask an admin."))


async def _keep_an_owner(db: AsyncSession, actor: Actor) -> None:
    if await teams.owners(db, actor.scope) == 1:
        raise LastOwner(_("This is the only owner. Make somebody else an owner first."))
