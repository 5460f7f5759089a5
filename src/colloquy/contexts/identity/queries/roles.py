"""Roles that organisations make for themselves, and how a row says which role somebody has."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.policy.roles import AnyRole, CustomRole, Permission, Role
from colloquy.kit.db import Scope


def columns(table: str) -> str:
    """What `role_in` reads, for a select over `table` (an alias) and `join(table)`."""
    return f"{table}.role, r.id as role_id, r.name as role_name, r.permissions as role_permissions"


def join(table: str) -> str:
    """The join that `columns` needs."""
    return f"left join custom_roles r on r.org_id = {table}.org_id and r.id = {table}.custom_role_id"


def role_in(row: Row[Any]) -> AnyRole:
    """The role that a row read with `columns` names."""
    if row.role_id is None:
        return Role(row.role)
    return CustomRole(row.role_id, row.role_name, known(row.role_permissions))


def known(names: Collection[str]) -> frozenset[Permission]:
    """The permissions of these names. A name that this version does not know allows nothing."""
    return frozenset(permission for permission in Permission if permission.value in names)


def stored(role: AnyRole) -> dict[str, object]:
    """`role` and `custom_role_id` as parameters: exactly one of them is set."""
    if isinstance(role, CustomRole):
        return {"role": None, "custom_role_id": role.id}
    return {"role": role.value, "custom_role_id": None}


async def custom_roles(db: AsyncSession, scope: Scope) -> list[CustomRole]:
    """The organisation's own roles, by name."""
    rows = await db.execute(
        text("select id, name, permissions from custom_roles where org_id = :org_id order by lower(name), id"),
        {"org_id": scope.org_id},
    )
    return [CustomRole(row.id, row.name, known(row.permissions)) for row in rows]


async def custom_role(db: AsyncSession, scope: Scope, role_id: UUID) -> CustomRole | None:
    """The organisation's own role with this id."""
    row = (
        await db.execute(
            text("select id, name, permissions from custom_roles where org_id = :org_id and id = :id"),
            {"org_id": scope.org_id, "id": role_id},
        )
    ).one_or_none()
    return None if row is None else CustomRole(row.id, row.name, known(row.permissions))


async def put(db: AsyncSession, scope: Scope, role: CustomRole) -> bool:
    """Adds the role or writes it anew; False when another one has the name."""
    taken = await db.scalar(
        text("select 1 from custom_roles where org_id = :org_id and lower(name) = lower(:name) and id <> :id"),
        {"org_id": scope.org_id, "id": role.id, "name": role.name},
    )
    if taken is not None:
        return False
    await db.execute(
        text(
            "insert into custom_roles (org_id, id, name, permissions)"
            " values (:org_id, :id, :name, cast(:permissions as text[]))"
            " on conflict (org_id, id) do update set name = excluded.name, permissions = excluded.permissions"
        ),
        {
            "org_id": scope.org_id,
            "id": role.id,
            "name": role.name,
            "permissions": sorted(permission.value for permission in role.permissions),
        },
    )
    return True


async def delete(db: AsyncSession, scope: Scope, role_id: UUID) -> None:
    """Removes a role that nobody has any more."""
    await db.execute(
        text("delete from custom_roles where org_id = :org_id and id = :id"), {"org_id": scope.org_id, "id": role_id}
    )


async def move_everybody(db: AsyncSession, scope: Scope, role_id: UUID, to: AnyRole) -> None:
    """Gives everybody who has the role another one: members, former members, and who was asked to join."""
    for table in ("memberships", "colleague_invitations"):
        await db.execute(
            text(
                f"update {table} set role = :role, custom_role_id = :custom_role_id"  # noqa: S608 - two constants
                " where org_id = :org_id and custom_role_id = :id"
            ),
            {"org_id": scope.org_id, "id": role_id, **stored(to)},
        )


async def holders(db: AsyncSession, scope: Scope) -> dict[UUID, int]:
    """How many members, service accounts and waiting invitations each of the organisation's own roles has."""
    rows = await db.execute(
        text(
            "select custom_role_id, count(*) as held from ("
            " select custom_role_id from memberships where org_id = :org_id and removed_at is null"
            " union all select custom_role_id from colleague_invitations where org_id = :org_id"
            " and accepted_at is null and revoked_at is null) held"
            " where custom_role_id is not null group by custom_role_id"
        ),
        {"org_id": scope.org_id},
    )
    return {row.custom_role_id: row.held for row in rows}
