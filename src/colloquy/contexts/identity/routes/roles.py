"""Roles, as JSON."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from colloquy.contexts.identity.errors import RoleInUse, RoleNameTaken
from colloquy.contexts.identity.policy.role_words import permission_name
from colloquy.contexts.identity.policy.roles import AnyRole, CustomRole, Permission, permissions_of, role_key, role_name
from colloquy.contexts.identity.schemas import programs as schemas
from colloquy.contexts.identity.service import roles
from colloquy.contexts.identity.service.current_actor import CurrentActor
from colloquy.kit.errors import Forbidden, Malformed, NotFound, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession

router = APIRouter(tags=["Team"])


@router.get("/roles", response_model=schemas.RolesView, responses=problems(NotSignedIn))
async def read_roles(actor: CurrentActor, db: DbSession) -> schemas.RolesView:
    """What each role allows."""
    return schemas.RolesView(
        permissions=[schemas.PermissionView(key=one, name=permission_name(one)) for one in Permission],
        roles=[_role(role) for role in await roles.all_roles(db, actor.scope)],
    )


@router.post(
    "/roles",
    status_code=201,
    response_model=schemas.RoleView,
    responses=problems(NotSignedIn, Forbidden, RoleNameTaken, Malformed),
)
async def make_role(given: schemas.RoleInput, actor: CurrentActor, db: DbSession) -> schemas.RoleView:
    """Makes a role of the organisation's own, of what the maker may do."""
    return _role(await roles.make_role(db, actor, name=given.name, permissions=frozenset(given.permissions)))


@router.put(
    "/roles/{role_id}",
    response_model=schemas.RoleView,
    responses=problems(NotSignedIn, Forbidden, NotFound, RoleNameTaken, Malformed),
)
async def change_role(role_id: UUID, given: schemas.RoleInput, actor: CurrentActor, db: DbSession) -> schemas.RoleView:
    """Changes a role for everybody who has it."""
    permissions = frozenset(given.permissions)
    return _role(await roles.change_role(db, actor, role_id, name=given.name, permissions=permissions))


@router.delete(
    "/roles/{role_id}",
    status_code=204,
    responses=problems(NotSignedIn, Forbidden, NotFound, RoleInUse, Malformed),
)
async def delete_role(
    role_id: UUID, actor: CurrentActor, db: DbSession, move_to: Annotated[str, Query(max_length=40)] = ""
) -> None:
    """Deletes a role. `move_to` is the role of those who have it."""
    target = await roles.chosen(db, actor.scope, move_to, "move_to") if move_to else None
    await roles.delete_role(db, actor, role_id, target)


def _role(role: AnyRole) -> schemas.RoleView:
    return schemas.RoleView(
        key=role_key(role),
        name=role_name(role),
        built_in=not isinstance(role, CustomRole),
        permissions=sorted(permissions_of(role)),
    )
