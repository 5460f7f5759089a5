"""Wrong passwords, counted by address of the person and by address of the network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Counts:
    """Attempts since a moment, and the earliest of them: of this person from this network, of either alone."""

    pair: int
    email: int
    network: int
    pair_first: datetime | None
    email_first: datetime | None
    network_first: datetime | None


async def lock(db: AsyncSession, email_key: bytes, network: str) -> None:
    """Attempts on one person, and from one network, wait for each other: parallel guesses are counted one by one."""
    for name in sorted((email_key.hex(), network)):
        await db.execute(
            text("select pg_advisory_xact_lock(hashtext('colloquy.sign_in'), hashtext(:name))"), {"name": name}
        )


async def counts(db: AsyncSession, email_key: bytes, network: str, since: datetime) -> Counts:
    """What has been tried since then."""
    both = "email_key = :email and address = :network"
    row = (
        await db.execute(
            text(
                f"select count(*) filter (where {both}) as pair, count(*) filter (where email_key = :email) as email,"  # noqa: S608 - a constant
                " count(*) filter (where address = :network) as network,"
                f" min(at) filter (where {both}) as pair_first,"
                " min(at) filter (where email_key = :email) as email_first,"
                " min(at) filter (where address = :network) as network_first"
                " from sign_in_failures where at > :since and (email_key = :email or address = :network)"
            ),
            {"email": email_key, "network": network, "since": since},
        )
    ).one()
    return Counts(row.pair, row.email, row.network, row.pair_first, row.email_first, row.network_first)


async def insert(db: AsyncSession, attempt_id: UUID, email_key: bytes, network: str, now: datetime) -> None:
    """Counts one attempt."""
    await db.execute(
        text("insert into sign_in_failures (id, email_key, address, at) values (:id, :email, :network, :now)"),
        {"id": attempt_id, "email": email_key, "network": network, "now": now},
    )


async def forgive(db: AsyncSession, email_key: bytes, network: str) -> None:
    """Forgets the attempts on this person from this network: the right password has been given."""
    await db.execute(
        text("delete from sign_in_failures where email_key = :email and address = :network"),
        {"email": email_key, "network": network},
    )


async def forget_old(db: AsyncSession, before: datetime) -> None:
    """Removes what no longer counts."""
    await db.execute(text("delete from sign_in_failures where at < :before"), {"before": before})
