"""The SQL of the identity context that concerns organisations, people, teams and signed-in requests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import Member, Organisation, Person, SignIn
from colloquy.contexts.identity.policy.roles import Role
from colloquy.kit.db import Scope

_ORGANISATION = "o.id, o.name, o.accent, o.language, o.contact_email"
_PERSON = "id, email, name, language, password_hash"


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is in an organisation, with the organisation itself."""

    organisation: Organisation
    role: Role


# --- organisations -----------------------------------------------------------------------------------------


async def insert_organisation(db: AsyncSession, org_id: UUID, name: str, contact_email: str) -> None:
    """A new tenant; the caller has entered it."""
    await db.execute(
        text("insert into organisations (id, name, contact_email) values (:id, :name, :email)"),
        {"id": org_id, "name": name, "email": contact_email},
    )


async def organisation(db: AsyncSession, scope: Scope) -> Organisation | None:
    """The tenant's own row."""
    row = (
        await db.execute(
            text(f"select {_ORGANISATION} from organisations o where o.id = :org_id"),  # noqa: S608 - a constant
            {"org_id": scope.org_id},
        )
    ).one_or_none()
    return None if row is None else Organisation(*row)


async def update_organisation(db: AsyncSession, scope: Scope, values: Organisation) -> None:
    """Writes everything but the id."""
    await db.execute(
        text(
            "update organisations set name = :name, accent = :accent, language = :language,"
            " contact_email = :contact_email where id = :org_id"
        ),
        {
            "org_id": scope.org_id,
            "name": values.name,
            "accent": values.accent,
            "language": values.language,
            "contact_email": values.contact_email,
        },
    )


async def anybody(db: AsyncSession) -> bool:
    """Whether the installation has been set up: people are made with their organisation and are never deleted."""
    return bool(await db.scalar(text("select exists (select 1 from people)")))


async def lock_set_up(db: AsyncSession) -> None:
    """Makes set-ups wait for each other until the transaction ends."""
    await db.execute(text("select pg_advisory_xact_lock(hashtext('colloquy.set_up'))"))


# --- people ------------------------------------------------------------------------------------------------


async def insert_person(db: AsyncSession, person: Person) -> bool:
    """Adds the person; False when the e-mail address belongs to somebody already."""
    added = await db.execute(
        text(
            f"insert into people ({_PERSON}) values (:id, :email, :name, :language, :password_hash)"  # noqa: S608 - a constant
            " on conflict (lower(email)) do nothing returning id"
        ),
        {
            "id": person.id,
            "email": person.email,
            "name": person.name,
            "language": person.language,
            "password_hash": person.password_hash,
        },
    )
    return added.first() is not None


async def person_by_email(db: AsyncSession, email: str) -> Person | None:
    """The person with this address, in any case."""
    row = await db.execute(
        text(f"select {_PERSON} from people where lower(email) = lower(:email)"),  # noqa: S608 - a constant
        {"email": email},
    )
    return _person(row.one_or_none())


async def person(db: AsyncSession, person_id: UUID) -> Person | None:
    """The person with this id."""
    row = await db.execute(
        text(f"select {_PERSON} from people where id = :id"),  # noqa: S608 - a constant
        {"id": person_id},
    )
    return _person(row.one_or_none())


def _person(row: Row[Any] | None) -> Person | None:
    return None if row is None else Person(row.id, row.email, row.name, row.language, row.password_hash)


async def update_person(db: AsyncSession, person_id: UUID, *, name: str, language: str) -> None:
    """A new name and language."""
    await db.execute(
        text("update people set name = :name, language = :language where id = :id"),
        {"id": person_id, "name": name, "language": language},
    )


async def update_password(db: AsyncSession, person_id: UUID, password_hash: str) -> None:
    """A new password."""
    await db.execute(
        text("update people set password_hash = :hash where id = :id"), {"id": person_id, "hash": password_hash}
    )


# --- teams -------------------------------------------------------------------------------------------------


async def put_membership(db: AsyncSession, scope: Scope, person_id: UUID, role: Role, now: datetime) -> None:
    """Adds the person to the team, or takes back who was removed from it."""
    await db.execute(
        text(
            "insert into memberships (org_id, person_id, role, joined_at) values (:org_id, :person_id, :role, :now)"
            " on conflict (org_id, person_id) do update set role = :role, removed_at = null"
        ),
        {"org_id": scope.org_id, "person_id": person_id, "role": role, "now": now},
    )


async def lock_team(db: AsyncSession, scope: Scope) -> None:
    """Makes changes of one team wait for each other, so that two owners cannot remove one another at once."""
    await db.execute(text("select 1 from organisations where id = :org_id for update"), {"org_id": scope.org_id})


async def membership(db: AsyncSession, scope: Scope, person_id: UUID, *, removed: bool = False) -> Role | None:
    """The person's role in the team; None when they are not in it. With `removed`: the role they had."""
    state = "is not null" if removed else "is null"
    role = await db.scalar(
        text(
            "select role from memberships where org_id = :org_id and person_id = :person_id"  # noqa: S608 - constants
            f" and removed_at {state}"
        ),
        {"org_id": scope.org_id, "person_id": person_id},
    )
    return None if role is None else Role(role)


async def set_role(db: AsyncSession, scope: Scope, person_id: UUID, role: Role) -> None:
    """Another role for a member."""
    await db.execute(
        text("update memberships set role = :role where org_id = :org_id and person_id = :person_id"),
        {"org_id": scope.org_id, "person_id": person_id, "role": role},
    )


async def set_removed(db: AsyncSession, scope: Scope, person_id: UUID, at: datetime | None) -> None:
    """Takes the member out of the team (`at`), or back into it (None). The row stays: reviews name its person."""
    await db.execute(
        text("update memberships set removed_at = :at where org_id = :org_id and person_id = :person_id"),
        {"org_id": scope.org_id, "person_id": person_id, "at": at},
    )


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
            "select m.person_id, p.name, p.email, m.role, p.language, m.joined_at"
            " from memberships m join people p on p.id = m.person_id"
            " where m.org_id = :org_id and m.removed_at is null order by lower(p.name), p.id"
        ),
        {"org_id": scope.org_id},
    )
    return [Member(row.person_id, row.name, row.email, Role(row.role), row.language, row.joined_at) for row in rows]


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
            f"select {_ORGANISATION} from memberships m join organisations o on o.id = m.org_id"  # noqa: S608 - a constant
            " where m.person_id = :id and m.removed_at is null order by m.joined_at, m.org_id"
        ),
        {"id": person_id},
    )
    return [Organisation(*row) for row in rows]


# --- the signed-in request: two plain reads, on every request -----------------------------------------------

# Entering the tenant rides on the first read: a third round trip would be paid by every request.
_FOUND = "p.id as person_id, p.name, p.email, p.language, set_config('app.org_id', s.org_id::text, true) as entered"


async def browser_sign_in(db: AsyncSession, token_hash: bytes, now: datetime) -> SignIn | None:
    """The browser session with this secret, if it is neither ended nor revoked; enters its tenant."""
    row = (
        await db.execute(
            text(
                f"select s.id, s.org_id, s.last_seen_at, {_FOUND} from browser_sessions s"  # noqa: S608 - a constant
                " join people p on p.id = s.person_id"
                " where s.token_hash = :hash and s.revoked_at is null and s.expires_at > :now"
            ),
            {"hash": token_hash, "now": now},
        )
    ).one_or_none()
    return None if row is None else _sign_in(row, row.last_seen_at)


async def api_sign_in(
    db: AsyncSession, sign_in_id: UUID, person_id: UUID, org_id: UUID, now: datetime
) -> SignIn | None:
    """The program's sign-in that an access token names, if it is neither ended nor revoked; enters its tenant."""
    row = (
        await db.execute(
            text(
                f"select s.id, s.org_id, {_FOUND} from api_sign_ins s join people p on p.id = s.person_id"  # noqa: S608 - a constant
                " where s.id = :id and s.person_id = :person_id and s.org_id = :org_id"
                " and s.revoked_at is null and s.expires_at > :now"
            ),
            {"id": sign_in_id, "person_id": person_id, "org_id": org_id, "now": now},
        )
    ).one_or_none()
    return None if row is None else _sign_in(row, None)


def _sign_in(row: Row[Any], seen_at: datetime | None) -> SignIn:
    return SignIn(row.id, row.org_id, row.person_id, row.name, row.email, row.language, seen_at)


async def standing(db: AsyncSession, scope: Scope, person_id: UUID) -> Standing | None:
    """The person's role and the organisation; None when they are not (any more) in the team."""
    row = (
        await db.execute(
            text(
                f"select {_ORGANISATION}, m.role from memberships m join organisations o on o.id = m.org_id"  # noqa: S608 - a constant
                " where m.org_id = :org_id and m.person_id = :person_id and m.removed_at is null"
            ),
            {"org_id": scope.org_id, "person_id": person_id},
        )
    ).one_or_none()
    if row is None:
        return None
    *organisation_values, role = row
    return Standing(Organisation(*organisation_values), Role(role))


async def touch_browser(db: AsyncSession, session_id: UUID, now: datetime) -> None:
    """Remembers when the browser session was last used."""
    await db.execute(
        text("update browser_sessions set last_seen_at = :now where id = :id"), {"id": session_id, "now": now}
    )


# --- secret links ------------------------------------------------------------------------------------------


async def put_route(db: AsyncSession, token_hash: bytes, org_id: UUID, kind: str) -> None:
    """Remembers the tenant of a secret link."""
    await db.execute(
        text(
            "insert into token_routes (token_hash, org_id, kind) values (:hash, :org_id, :kind)"
            " on conflict (token_hash) do nothing"
        ),
        {"hash": token_hash, "org_id": org_id, "kind": kind},
    )


async def route_org(db: AsyncSession, token_hash: bytes, kind: str) -> UUID | None:
    """The tenant of a secret link of this kind."""
    org_id = await db.scalar(
        text("select org_id from token_routes where token_hash = :hash and kind = :kind"),
        {"hash": token_hash, "kind": kind},
    )
    return None if org_id is None else UUID(str(org_id))
