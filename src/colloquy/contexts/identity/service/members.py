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


async def may_end_sessions(db: AsyncSession, actor: Actor, person_id: UUID) -> None:
    """Raises Forbidden, NotFound unless the actor may sign this member out: whoever may remove them may."""
    _check_appointment(actor, await _member(db, actor, person_id), None)


async def end_sessions(db: AsyncSession, actor: Actor, person_id: UUID) -> None:
    """Signs a member out of the organisation, everywhere. Raises Forbidden, NotFound."""
    await may_end_sessions(db, actor, person_id)
    await _sign_out(db, actor, person_id)


async def end_all_sessions(db: AsyncSession, actor: Actor) -> int:
    """Signs out everybody but the actor whom they could also remove. Returns how many people. Raises Forbidden."""
    actor.require(Permission.TEAM_MANAGE)
    others = [
        member
        for member in await teams.team(db, actor.scope)
        if member.person_id != actor.person_id and may_appoint(actor, member.role, None)
    ]
    for member in others:
        await _sign_out(db, actor, member.person_id)
    return len(others)


async def _sign_out(db: AsyncSession, actor: Actor, person_id: UUID) -> None:
    now = clock.now()
    await sign_ins.revoke_all(db, person_id, now, org_id=actor.scope.org_id)
    # A browser that acts for another organisation of theirs stays signed in there, and may not move back here.
    await teams.end_sign_ins(db, actor.scope, person_id, now)
    audit.note(db, actor.scope, "team.sessions_ended", subject=("person", person_id))


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
