"""Organisations, and whether there is one yet."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.models import Organisation
from colloquy.kit.db import Scope

COLUMNS = "o.id, o.name, o.accent, o.language, o.contact_email, o.logo_hash"


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
            text(f"select {COLUMNS} from organisations o where o.id = :org_id"),  # noqa: S608 - a constant
            {"org_id": scope.org_id},
        )
    ).one_or_none()
    return None if row is None else Organisation(*row)


async def update_organisation(db: AsyncSession, scope: Scope, values: Organisation) -> None:
    """Writes everything but the id and the logo."""
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


async def share_interviews(db: AsyncSession, scope: Scope) -> None:
    """Remembers that some interviews are hidden from some of the team: from now on requests are looked at for it."""
    await db.execute(
        text("update organisations set shares_interviews = true where id = :org_id and not shares_interviews"),
        {"org_id": scope.org_id},
    )


async def lock_set_up(db: AsyncSession) -> None:
    """Makes set-ups wait for each other until the transaction ends."""
    await db.execute(text("select pg_advisory_xact_lock(hashtext('colloquy.set_up'))"))
