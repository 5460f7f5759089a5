"""Sign-in by organisations' own providers: how it is configured, and whom it has let in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.policy.roles import Role
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class SignOn:
    """An organisation's provider. `sealed_secret` is None for a public client.

    `role` is that of people who come for the first time, where `create_people`. `owners_too`: an owner vouches for
    this provider, so it may say who is an owner.
    """

    issuer: str
    client_id: str
    sealed_secret: bytes | None
    create_people: bool
    role: Role
    required: bool
    owners_too: bool
    domains: tuple[str, ...]


async def sign_on(db: AsyncSession, scope: Scope) -> SignOn | None:
    """The organisation's provider, if it has one."""
    row = (
        await db.execute(
            text(
                "select issuer, client_id, sealed_secret, create_people, role, required, owners_too,"
                " array(select domain from sign_on_domains d where d.org_id = p.org_id order by domain) as domains"
                " from sign_on_providers p where org_id = :org_id"
            ),
            {"org_id": scope.org_id},
        )
    ).one_or_none()
    if row is None:
        return None
    sealed = None if row.sealed_secret is None else bytes(row.sealed_secret)
    return SignOn(
        row.issuer,
        row.client_id,
        sealed,
        row.create_people,
        Role(row.role),
        row.required,
        row.owners_too,
        tuple(row.domains),
    )


async def put_sign_on(db: AsyncSession, scope: Scope, values: SignOn, now: datetime) -> None:
    """Writes the provider and its domains, in place of what there was."""
    await db.execute(
        text(
            "insert into sign_on_providers"
            " (org_id, issuer, client_id, sealed_secret, create_people, role, required, owners_too, updated_at)"
            " values (:org_id, :issuer, :client_id, :sealed, :create, :role, :required, :owners_too, :now)"
            " on conflict (org_id) do update set issuer = excluded.issuer, client_id = excluded.client_id,"
            " sealed_secret = excluded.sealed_secret, create_people = excluded.create_people, role = excluded.role,"
            " required = excluded.required, owners_too = excluded.owners_too, updated_at = excluded.updated_at"
        ),
        {
            "org_id": scope.org_id,
            "issuer": values.issuer,
            "client_id": values.client_id,
            "sealed": values.sealed_secret,
            "create": values.create_people,
            "role": values.role,
            "required": values.required,
            "owners_too": values.owners_too,
            "now": now,
        },
    )
    await _put_domains(db, scope, values.domains)


async def delete_sign_on(db: AsyncSession, scope: Scope) -> None:
    """Forgets the provider, its domains, and whom it has let in."""
    await _put_domains(db, scope, ())
    for table in ("sign_on_links", "sign_on_providers"):
        await db.execute(text(f"delete from {table} where org_id = :org_id"), {"org_id": scope.org_id})  # noqa: S608 - constants


async def _put_domains(db: AsyncSession, scope: Scope, domains: Collection[str]) -> None:
    await db.execute(text("delete from sign_on_domains where org_id = :org_id"), {"org_id": scope.org_id})
    for domain in domains:
        await db.execute(
            text("insert into sign_on_domains (org_id, domain) values (:org_id, :domain)"),
            {"org_id": scope.org_id, "domain": domain},
        )


async def anybody_signs_on(db: AsyncSession) -> bool:
    """Whether any organisation of the installation has a provider."""
    return bool(await db.scalar(text("select exists (select 1 from sign_on_domains)")))


async def organisations_for(db: AsyncSession, domain: str, most: int) -> list[UUID]:
    """Organisations whose providers answer for e-mail addresses of this domain, at most so many."""
    rows = await db.execute(
        text("select org_id from sign_on_domains where domain = :domain order by org_id limit :most"),
        {"domain": domain, "most": most},
    )
    return [row.org_id for row in rows]


async def linked_person(db: AsyncSession, scope: Scope, issuer: str, subject: str, now: datetime) -> UUID | None:
    """Who came as this subject before; remembers that they do again."""
    found = await db.scalar(
        text(
            "update sign_on_links set last_used_at = :now"
            " where org_id = :org_id and issuer = :issuer and subject = :subject returning person_id"
        ),
        {"org_id": scope.org_id, "issuer": issuer, "subject": subject, "now": now},
    )
    return None if found is None else UUID(str(found))


async def is_linked(db: AsyncSession, scope: Scope, issuer: str, person_id: UUID) -> bool:
    """Whether the person is known by some subject of this issuer."""
    return bool(
        await db.scalar(
            text(
                "select exists (select 1 from sign_on_links"
                " where org_id = :org_id and issuer = :issuer and person_id = :person_id)"
            ),
            {"org_id": scope.org_id, "issuer": issuer, "person_id": person_id},
        )
    )


async def link(db: AsyncSession, scope: Scope, issuer: str, subject: str, person_id: UUID, now: datetime) -> None:
    """Remembers whom the subject is."""
    await db.execute(
        text(
            "insert into sign_on_links (org_id, issuer, subject, person_id, created_at, last_used_at)"
            " values (:org_id, :issuer, :subject, :person_id, :now, :now)"
        ),
        {"org_id": scope.org_id, "issuer": issuer, "subject": subject, "person_id": person_id, "now": now},
    )


async def unlink(db: AsyncSession, scope: Scope, person_id: UUID) -> bool:
    """Forgets which subject the person is; False when they were none."""
    gone = await db.execute(
        text("delete from sign_on_links where org_id = :org_id and person_id = :person_id returning 1"),
        {"org_id": scope.org_id, "person_id": person_id},
    )
    return gone.first() is not None
