"""Who belongs to an organisation, as what."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import Member, Organisation
from colloquy.contexts.identity.policy.roles import AnyRole
from colloquy.contexts.identity.queries import organisations, roles
from colloquy.kit.db import Scope


async def put_membership(db: AsyncSession, scope: Scope, person_id: UUID, role: AnyRole, now: datetime) -> None:
    """Adds the person to the team, or takes back who was removed from it."""
    await db.execute(
        text(
            "insert into memberships (org_id, person_id, role, custom_role_id, joined_at)"
            " values (:org_id, :person_id, :role, :custom_role_id, :now)"
            " on conflict (org_id, person_id) do update set role = :role, custom_role_id = :custom_role_id,"
            " removed_at = null"
        ),
        {"org_id": scope.org_id, "person_id": person_id, **roles.stored(role), "now": now},
    )


async def lock_team(db: AsyncSession, scope: Scope) -> None:
    """Makes changes of one team wait for each other, so that two owners cannot remove one another at once."""
    await db.execute(text("select 1 from organisations where id = :org_id for update"), {"org_id": scope.org_id})


async def membership(db: AsyncSession, scope: Scope, person_id: UUID, *, removed: bool = False) -> AnyRole | None:
    """The person's role in the team; None when they are not in it. With `removed`: the role they had."""
    state = "is not null" if removed else "is null"
    row = (
        await db.execute(
            text(
                f"select {roles.columns('m')} from memberships m {roles.join('m')}"  # noqa: S608 - constants
                " join people p on p.id = m.person_id and p.kind = 'person'"
                f" where m.org_id = :org_id and m.person_id = :person_id and m.removed_at {state}"
            ),
            {"org_id": scope.org_id, "person_id": person_id},
        )
    ).one_or_none()
    return None if row is None else roles.role_in(row)


async def set_role(db: AsyncSession, scope: Scope, person_id: UUID, role: AnyRole) -> None:
    """Another role for a member."""
    await db.execute(
        text(
            "update memberships set role = :role, custom_role_id = :custom_role_id"
            " where org_id = :org_id and person_id = :person_id"
        ),
        {"org_id": scope.org_id, "person_id": person_id, **roles.stored(role)},
    )


async def set_removed(db: AsyncSession, scope: Scope, person_id: UUID, at: datetime | None) -> None:
    """Takes the member out of the team (`at`), or back into it (None). The row stays: reviews name its person."""
    await db.execute(
        text("update memberships set removed_at = :at where org_id = :org_id and person_id = :person_id"),
        {"org_id": scope.org_id, "person_id": person_id, "at": at},
    )


async def end_sign_ins(db: AsyncSession, scope: Scope, person_id: UUID, at: datetime) -> None:
    """From `at` on the organisation takes only sign-ins of the member that began later."""
    await db.execute(
        text("update memberships set sign_ins_ended_at = :at where org_id = :org_id and person_id = :person_id"),
        {"org_id": scope.org_id, "person_id": person_id, "at": at},
    )


async def sign_ins_ended_at(db: AsyncSession, scope: Scope, person_id: UUID) -> datetime | None:
    """When an admin last ended the member's sessions. Of their own memberships people see this before they enter."""
    found: datetime | None = await db.scalar(
        text("select sign_ins_ended_at from memberships where org_id = :org_id and person_id = :person_id"),
        {"org_id": scope.org_id, "person_id": person_id},
    )
    return found


async def owners(db: AsyncSession, scope: Scope) -> int:
    """How many owners the team has."""
    count = await db.scalar(
        text("select count(*) from memberships where org_id = :org_id and role = 'owner' and removed_at is null"),
        {"org_id": scope.org_id},
    )
    return int(count or 0)


async def team(db: AsyncSession, scope: Scope) -> list[Member]:
    """Everybody in the team, by name."""
    rows = await db.execute(
        text(
            f"select m.person_id, p.name, p.email, p.language, m.joined_at, {roles.columns('m')}"  # noqa: S608 - constants
            f" from memberships m join people p on p.id = m.person_id {roles.join('m')}"
            " where m.org_id = :org_id and m.removed_at is null and p.kind = 'person' order by lower(p.name), p.id"
        ),
        {"org_id": scope.org_id},
    )
    return [Member(row.person_id, row.name, row.email, roles.role_in(row), row.language, row.joined_at) for row in rows]


async def insiders(db: AsyncSession, scope: Scope) -> frozenset[UUID]:
    """Everybody who acts for the organisation now: the team, and its service accounts."""
    found = await db.scalars(
        text("select person_id from memberships where org_id = :org_id and removed_at is null"),
        {"org_id": scope.org_id},
    )
    return frozenset(found)


async def person_names(db: AsyncSession, scope: Scope, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of those among `ids` who are or were in the team."""
    if not ids:
        return {}
    rows = await db.execute(
        text(
            "select p.id, p.name from memberships m join people p on p.id = m.person_id"
            " where m.org_id = :org_id and m.person_id in :ids"
        ).bindparams(bindparam("ids", expanding=True)),
        {"org_id": scope.org_id, "ids": list(ids)},
    )
    return {row.id: row.name for row in rows}


async def organisations_of(db: AsyncSession, person_id: UUID) -> list[Organisation]:
    """Where the person belongs, the longest membership first. Shows them to this person's transaction only."""
    await db.execute(text("select set_config('app.person_id', :id, true)"), {"id": str(person_id)})
    rows = await db.execute(
        text(
            f"select {organisations.COLUMNS} from memberships m join organisations o on o.id = m.org_id"  # noqa: S608 - a constant
            " where m.person_id = :id and m.removed_at is null order by m.joined_at, m.org_id"
        ),
        {"id": person_id},
    )
    return [Organisation(*row) for row in rows]
