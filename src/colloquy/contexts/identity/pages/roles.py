"""Roles and permissions as a table, and the organisation's own roles."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import RoleInUse, RoleNameTaken
from colloquy.contexts.identity.pages.given import Chosen, Text
from colloquy.contexts.identity.policy import role_words
from colloquy.contexts.identity.policy.roles import (
    Actor,
    CustomRole,
    Permission,
    may_appoint,
    may_give,
    role_key,
    role_name,
)
from colloquy.contexts.identity.queries import roles as queries
from colloquy.contexts.identity.schemas import programs as schemas
from colloquy.contexts.identity.schemas.people import understood
from colloquy.contexts.identity.service import roles
from colloquy.contexts.identity.service.current_actor import CurrentActor
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

HOME = "/settings/roles"
router = APIRouter(prefix=HOME)


@router.get("")
async def read_roles(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """The table, for everybody in the team."""
    every = await roles.all_roles(db, actor.scope)
    return pages.render(
        request,
        "identity/role_table.html",
        section="settings",
        columns=[{"name": role_name(role), "own": isinstance(role, CustomRole)} for role in every],
        rows=role_words.table(every),
        own=[
            {"id": role.id, "name": role.name, "open": may_give(actor, role.permissions)}
            for role in every
            if isinstance(role, CustomRole)
        ],
        may_manage=actor.may(Permission.TEAM_MANAGE),
    )


@router.get("/new")
async def new_role(request: Request, actor: CurrentActor) -> Response:
    """The form for a role."""
    actor.require(Permission.TEAM_MANAGE)
    return _form(request, actor, {"name": "", "permissions": []})


@router.post("")
async def make_role(
    request: Request, actor: CurrentActor, db: DbSession, permissions: Chosen, name: Text = ""
) -> Response:
    """Makes a role."""
    values = {"name": name, "permissions": permissions}
    try:
        given = understood(schemas.RoleInput, **values)
        made = await roles.make_role(db, actor, name=given.name, permissions=frozenset(given.permissions))
    except Malformed as error:
        return _form(request, actor, values, errors=error.fields, status=422)
    except RoleNameTaken as refusal:
        return _form(request, actor, values, errors={"name": refusal.message}, status=refusal.status)
    return pages.see_other(request, HOME, _("The role “%(name)s” can be given now.", name=made.name))


@router.get("/{role_id}")
async def edit_role(request: Request, role_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """A role's name and permissions, and its end."""
    return await _edit(request, db, actor, await roles.custom_role(db, actor, role_id))


@router.post("/{role_id}")
async def change_role(
    request: Request, role_id: UUID, actor: CurrentActor, db: DbSession, permissions: Chosen, name: Text = ""
) -> Response:
    """Changes it for everybody who has it."""
    role = await roles.custom_role(db, actor, role_id)
    values = {"name": name, "permissions": permissions}
    try:
        given = understood(schemas.RoleInput, **values)
        await roles.change_role(db, actor, role_id, name=given.name, permissions=frozenset(given.permissions))
    except Malformed as error:
        return await _edit(request, db, actor, role, values=values, errors=error.fields, status=422)
    except RoleNameTaken as refusal:
        errors = {"name": refusal.message}
        return await _edit(request, db, actor, role, values=values, errors=errors, status=refusal.status)
    return pages.see_other(request, HOME, _("The role was changed for everybody who has it."))


@router.post("/{role_id}/delete")
async def delete_role(
    request: Request, role_id: UUID, actor: CurrentActor, db: DbSession, move_to: Text = ""
) -> Response:
    """Deletes it, and gives who has it another one."""
    role = await roles.custom_role(db, actor, role_id)
    try:
        target = await roles.chosen(db, actor.scope, move_to, "move_to") if move_to else None
        await roles.delete_role(db, actor, role_id, target)
    except Malformed as error:
        return await _edit(request, db, actor, role, errors=error.fields, status=422)
    except RoleInUse as refusal:
        return await _edit(request, db, actor, role, errors={"move_to": refusal.message}, status=refusal.status)
    return pages.see_other(request, HOME, _("The role “%(name)s” is gone.", name=role.name))


async def _edit(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    role: CustomRole,
    *,
    values: Mapping[str, object] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    held = (await queries.holders(db, actor.scope)).get(role.id, 0)
    return _form(
        request,
        actor,
        values or {"name": role.name, "permissions": sorted(role.permissions)},
        errors=errors,
        status=status,
        role=role,
        held=held,
        targets=[
            (role_key(other), role_name(other))
            for other in reversed(await roles.all_roles(db, actor.scope))
            if other != role and may_appoint(actor, role, other)
        ],
    )


def _form(
    request: Request,
    actor: Actor,
    values: Mapping[str, object],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    role: CustomRole | None = None,
    **more: object,
) -> Response:
    return pages.render(
        request,
        "identity/role_form.html",
        status=status,
        section="settings",
        role=role,
        values=values,
        errors=errors or {},
        # Only what one may do oneself can be given.
        options=[
            {"value": permission.value, "text": role_words.permission_name(permission)}
            for permission in Permission
            if permission in actor.permissions
        ],
        **more,
    )
