"""Passkeys of people. Global, and found by the credential before anybody knows who asks."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import Passkey

_COLUMNS = "id, person_id, credential_id, public_key, sign_count, name, transports, created_at, last_used_at"


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        row.id,
        row.person_id,
        bytes(row.credential_id),
        bytes(row.public_key),
        row.sign_count,
        row.name,
        tuple(row.transports),
        row.created_at,
        row.last_used_at,
    )


async def passkeys(db: AsyncSession, person_id: UUID) -> list[Passkey]:
    """The person's, the oldest first."""
    rows = await db.execute(
        text(f"select {_COLUMNS} from passkeys where person_id = :id order by created_at, id"),  # noqa: S608 - a constant
        {"id": person_id},
    )
    return [_passkey(row) for row in rows]


async def lock_passkey(db: AsyncSession, credential_id: bytes) -> Passkey | None:
    """The passkey with this credential; others who use it wait, so that its counter is compared one by one."""
    row = (
        await db.execute(
            text(f"select {_COLUMNS} from passkeys where credential_id = :id for update"),  # noqa: S608 - a constant
            {"id": credential_id},
        )
    ).one_or_none()
    return None if row is None else _passkey(row)


async def insert_passkey(db: AsyncSession, passkey: Passkey) -> bool:
    """Adds it; False when somebody has this credential already."""
    added = await db.execute(
        text(
            "insert into passkeys (id, person_id, credential_id, public_key, sign_count, name, transports, created_at)"
            " values (:id, :person_id, :credential_id, :public_key, :sign_count, :name, cast(:transports as jsonb),"
            " :created_at) on conflict (credential_id) do nothing returning 1"
        ),
        {
            "id": passkey.id,
            "person_id": passkey.person_id,
            "credential_id": passkey.credential_id,
            "public_key": passkey.public_key,
            "sign_count": passkey.sign_count,
            "name": passkey.name,
            "transports": json.dumps(passkey.transports),
            "created_at": passkey.created_at,
        },
    )
    return added.first() is not None


async def used(db: AsyncSession, passkey_id: UUID, sign_count: int, now: datetime) -> None:
    """Remembers the authenticator's counter, and when it was used."""
    await db.execute(
        text("update passkeys set sign_count = :count, last_used_at = :now where id = :id"),
        {"id": passkey_id, "count": sign_count, "now": now},
    )


async def delete_passkey(db: AsyncSession, person_id: UUID, passkey_id: UUID) -> bool:
    """Removes one of the person's; False when they have no such passkey."""
    gone = await db.execute(
        text("delete from passkeys where id = :id and person_id = :person_id returning 1"),
        {"id": passkey_id, "person_id": person_id},
    )
    return gone.first() is not None
