"""Service accounts and their keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import ApiKey, ServiceAccount
from colloquy.contexts.identity.policy.roles import AnyRole, Permission
from colloquy.contexts.identity.queries import roles
from colloquy.kit.db import Scope

_KEY = (
    "k.id, k.account_id, k.name, k.prefix, k.scopes, k.created_by, k.created_at, k.expires_at, k.revoked_at,"
    " k.replaced_by, k.last_used_at, k.last_used_network"
)


@dataclass(frozen=True, slots=True)
class KeyFound:
    """A key that works, by its secret, with whose it is."""

    key_id: UUID
    account_id: UUID
    name: str
    language: str
    scopes: frozenset[Permission]
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyEndingSoon:
    """A key that ends soon and has no successor, with how many days before its end was last written about it."""

    id: UUID
    created_at: datetime
    expires_at: datetime
    told_days: int | None


async def insert_account(
    db: AsyncSession, scope: Scope, account_id: UUID, name: str, role: AnyRole, by: UUID, now: datetime
) -> None:
    """A new account: its row among people, its place in the team with a role, and what makes it an account."""
    await db.execute(
        text("insert into people (id, name, language, kind) values (:id, :name, 'en', 'service')"),
        {"id": account_id, "name": name},
    )
    await db.execute(
        text(
            "insert into memberships (org_id, person_id, role, custom_role_id, joined_at)"
            " values (:org_id, :id, :role, :custom_role_id, :now)"
        ),
        {"org_id": scope.org_id, "id": account_id, "now": now, **roles.stored(role)},
    )
    await db.execute(
        text(
            "insert into service_accounts (org_id, person_id, created_by, created_at)"
            " values (:org_id, :id, :created_by, :now)"
        ),
        {"org_id": scope.org_id, "id": account_id, "created_by": by, "now": now},
    )


async def accounts(db: AsyncSession, scope: Scope) -> list[ServiceAccount]:
    """The organisation's accounts, by name. Those that were removed are left out."""
    rows = await db.execute(text(f"{_ACCOUNTS} order by lower(p.name), p.id"), {"org_id": scope.org_id})
    return [_account(row) for row in rows]


async def account(db: AsyncSession, scope: Scope, account_id: UUID) -> ServiceAccount | None:
    """The account with this id."""
    row = (
        await db.execute(
            text(f"{_ACCOUNTS} and a.person_id = :id for update of a"), {"org_id": scope.org_id, "id": account_id}
        )
    ).one_or_none()
    return None if row is None else _account(row)


_ACCOUNTS = (
    f"select a.person_id, p.name, a.created_by, a.created_at, {roles.columns('m')} from service_accounts a"  # noqa: S608 - constants
    " join people p on p.id = a.person_id"
    f" join memberships m on m.org_id = a.org_id and m.person_id = a.person_id {roles.join('m')}"
    " where a.org_id = :org_id and m.removed_at is null"
)


def _account(row: Row[Any]) -> ServiceAccount:
    return ServiceAccount(row.person_id, row.name, roles.role_in(row), row.created_by, row.created_at)


async def rename(db: AsyncSession, account_id: UUID, name: str) -> None:
    """Another name for the account."""
    await db.execute(
        text("update people set name = :name where id = :id and kind = 'service'"), {"id": account_id, "name": name}
    )


async def remove(db: AsyncSession, scope: Scope, account_id: UUID, now: datetime) -> None:
    """Takes the account out of the organisation and revokes its keys. The row stays: what it made names it."""
    await db.execute(
        text("update memberships set removed_at = :now where org_id = :org_id and person_id = :id"),
        {"org_id": scope.org_id, "id": account_id, "now": now},
    )
    await db.execute(
        text(
            "update api_keys set revoked_at = :now where org_id = :org_id and account_id = :id and revoked_at is null"
        ),
        {"org_id": scope.org_id, "id": account_id, "now": now},
    )


async def insert_key(db: AsyncSession, scope: Scope, key: ApiKey, key_hash: bytes) -> None:
    """A new key."""
    await db.execute(
        text(
            "insert into api_keys"
            " (org_id, id, account_id, name, prefix, key_hash, scopes, created_by, created_at, expires_at)"
            " values (:org_id, :id, :account_id, :name, :prefix, :hash, cast(:scopes as text[]), :created_by,"
            " :created_at, :expires_at)"
        ),
        {
            "org_id": scope.org_id,
            "id": key.id,
            "account_id": key.account_id,
            "name": key.name,
            "prefix": key.prefix,
            "hash": key_hash,
            "scopes": sorted(scope.value for scope in key.scopes),
            "created_by": key.created_by,
            "created_at": key.created_at,
            "expires_at": key.expires_at,
        },
    )


async def keys(db: AsyncSession, scope: Scope) -> list[ApiKey]:
    """Every key of the organisation, the newest first; revoked and expired ones too."""
    rows = await db.execute(
        text(f"select {_KEY} from api_keys k where k.org_id = :org_id order by k.created_at desc, k.id desc"),  # noqa: S608 - a constant
        {"org_id": scope.org_id},
    )
    return [_key(row) for row in rows]


async def key(db: AsyncSession, scope: Scope, key_id: UUID) -> ApiKey | None:
    """The key with this id, in any state; whoever changes it waits for others."""
    row = (
        await db.execute(
            text(f"select {_KEY} from api_keys k where k.org_id = :org_id and k.id = :id for update"),  # noqa: S608 - a constant
            {"org_id": scope.org_id, "id": key_id},
        )
    ).one_or_none()
    return None if row is None else _key(row)


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        row.id,
        row.account_id,
        row.name,
        row.prefix,
        roles.known(row.scopes),
        row.created_by,
        row.created_at,
        row.expires_at,
        row.revoked_at,
        row.replaced_by,
        row.last_used_at,
        row.last_used_network,
    )


async def revoke(db: AsyncSession, scope: Scope, key_id: UUID, now: datetime) -> None:
    """Makes the key worthless."""
    await db.execute(
        text("update api_keys set revoked_at = coalesce(revoked_at, :now) where org_id = :org_id and id = :id"),
        {"org_id": scope.org_id, "id": key_id, "now": now},
    )


async def replace(db: AsyncSession, scope: Scope, key_id: UUID, successor: UUID, ends: datetime) -> None:
    """Names the key's successor, and lets it end at `ends`, unless it ends earlier by itself."""
    await db.execute(
        text(
            "update api_keys set replaced_by = :successor, expires_at = least(expires_at, :ends)"
            " where org_id = :org_id and id = :id"
        ),
        {"org_id": scope.org_id, "id": key_id, "successor": successor, "ends": ends},
    )


async def working_key(db: AsyncSession, scope: Scope, key_hash: bytes, now: datetime) -> KeyFound | None:
    """The key with this secret, if it is neither revoked nor expired; the tenant is entered."""
    row = (
        await db.execute(
            text(
                "select k.id, k.account_id, p.name, p.language, k.scopes, k.last_used_at"
                " from api_keys k join people p on p.id = k.account_id"
                " where k.org_id = :org_id and k.key_hash = :hash and k.revoked_at is null and k.expires_at > :now"
            ),
            {"org_id": scope.org_id, "hash": key_hash, "now": now},
        )
    ).one_or_none()
    if row is None:
        return None
    return KeyFound(row.id, row.account_id, row.name, row.language, roles.known(row.scopes), row.last_used_at)


async def touch(db: AsyncSession, scope: Scope, key_id: UUID, now: datetime, network: str) -> None:
    """Remembers when, and from which network, the key was last used."""
    await db.execute(
        text(
            "update api_keys set last_used_at = :now, last_used_network = :network where org_id = :org_id and id = :id"
        ),
        {"org_id": scope.org_id, "id": key_id, "now": now, "network": network},
    )


async def lock_ending(db: AsyncSession, scope: Scope, now: datetime, until: datetime) -> list[KeyEndingSoon]:
    """Keys that work now, end by `until` and have no successor, locked."""
    rows = await db.execute(
        text(
            "select id, created_at, expires_at, told_days from api_keys where org_id = :org_id"
            " and revoked_at is null and replaced_by is null and expires_at > :now and expires_at <= :until"
            " order by expires_at, id for update"
        ),
        {"org_id": scope.org_id, "now": now, "until": until},
    )
    return [KeyEndingSoon(row.id, row.created_at, row.expires_at, row.told_days) for row in rows]


async def note_told(db: AsyncSession, scope: Scope, key_id: UUID, days: int) -> None:
    """Remembers that the letters of `days` before the end are written."""
    await db.execute(
        text("update api_keys set told_days = :days where org_id = :org_id and id = :id"),
        {"org_id": scope.org_id, "id": key_id, "days": days},
    )
