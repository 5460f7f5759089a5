"""People: global, because one person may belong to several organisations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import Person

_PERSON = "id, email, name, language, password_hash"


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
        text(f"select {_PERSON} from people where id = :id and kind = 'person'"),  # noqa: S608 - a constant
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


async def anybody(db: AsyncSession) -> bool:
    """Whether the installation has been set up: people are made with their organisation and are never deleted."""
    return bool(await db.scalar(text("select exists (select 1 from people)")))
