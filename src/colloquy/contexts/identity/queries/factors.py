"""Second factors of people: authenticator apps, recovery codes. Global: a person is the same in every organisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class App:
    """An authenticator app; it counts from `confirmed_at` on. `sealed` is its secret."""

    sealed: bytes
    created_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has beside the password. `recovery_codes`: how many are unused."""

    app: bool
    passkeys: int
    recovery_codes: int

    @property
    def any(self) -> bool:
        """Whether a password alone is not enough for this person."""
        return self.app or self.passkeys > 0


EXISTS = (
    "(exists (select 1 from authenticator_apps a where a.person_id = {person} and a.confirmed_at is not null)"
    " or exists (select 1 from passkeys k where k.person_id = {person}))"
)
"""SQL: whether the person has a second factor. `{person}` is their id's column."""


async def factors(db: AsyncSession, person_id: UUID) -> Factors:
    """What the person has set up and confirmed."""
    row = (
        await db.execute(
            text(
                "select exists (select 1 from authenticator_apps where person_id = :id and confirmed_at is not null)"
                " as app, (select count(*) from passkeys where person_id = :id) as passkeys,"
                " (select count(*) from recovery_codes where person_id = :id and used_at is null) as codes"
            ),
            {"id": person_id},
        )
    ).one()
    return Factors(row.app, row.passkeys, row.codes)


async def app(db: AsyncSession, person_id: UUID) -> App | None:
    """The person's authenticator app, confirmed or waiting to be."""
    row = (
        await db.execute(
            text("select sealed, created_at, confirmed_at from authenticator_apps where person_id = :id"),
            {"id": person_id},
        )
    ).one_or_none()
    return None if row is None else App(row.sealed, row.created_at, row.confirmed_at)


async def put_unconfirmed_app(db: AsyncSession, person_id: UUID, sealed: bytes, now: datetime) -> bool:
    """Keeps a secret that waits for its first code, in place of one that waited; False beside a confirmed one."""
    put = await db.execute(
        text(
            "insert into authenticator_apps (person_id, sealed, created_at) values (:id, :sealed, :now)"
            " on conflict (person_id) do update set sealed = :sealed, created_at = :now, last_step = 0"
            " where authenticator_apps.confirmed_at is null returning 1"
        ),
        {"id": person_id, "sealed": sealed, "now": now},
    )
    return put.first() is not None


async def confirm_app(db: AsyncSession, person_id: UUID, sealed: bytes, step: int, now: datetime) -> bool:
    """The app with this sealed secret counts from now on; False when it does already, or has been replaced."""
    confirmed = await db.execute(
        text(
            "update authenticator_apps set confirmed_at = :now, last_step = :step"
            " where person_id = :id and sealed = :sealed and confirmed_at is null returning 1"
        ),
        {"id": person_id, "sealed": sealed, "step": step, "now": now},
    )
    return confirmed.first() is not None


async def spend_step(db: AsyncSession, person_id: UUID, step: int) -> bool:
    """Uses the time step up; False when a code of this step or of a later one was accepted before."""
    spent = await db.execute(
        text(
            "update authenticator_apps set last_step = :step"
            " where person_id = :id and confirmed_at is not null and last_step < :step returning 1"
        ),
        {"id": person_id, "step": step},
    )
    return spent.first() is not None


async def delete_app(db: AsyncSession, person_id: UUID) -> None:
    """Forgets the app and its secret."""
    await db.execute(text("delete from authenticator_apps where person_id = :id"), {"id": person_id})


async def replace_recovery_codes(db: AsyncSession, person_id: UUID, hashes: Iterable[bytes], now: datetime) -> None:
    """These codes, and none of the former ones."""
    await delete_recovery_codes(db, person_id)
    await db.execute(
        text("insert into recovery_codes (person_id, code_hash, created_at) values (:id, :hash, :now)"),
        [{"id": person_id, "hash": code_hash, "now": now} for code_hash in hashes],
    )


async def delete_recovery_codes(db: AsyncSession, person_id: UUID) -> None:
    """Forgets all of them: there is nothing left that they could stand in for."""
    await db.execute(text("delete from recovery_codes where person_id = :id"), {"id": person_id})


async def spend_recovery_code(db: AsyncSession, person_id: UUID, code_hash: bytes, now: datetime) -> bool:
    """Uses the code up; False when there is no such code, or it was used."""
    spent = await db.execute(
        text(
            "update recovery_codes set used_at = :now"
            " where person_id = :id and code_hash = :hash and used_at is null returning 1"
        ),
        {"id": person_id, "hash": code_hash, "now": now},
    )
    return spent.first() is not None


async def lock_factors(db: AsyncSession, person_id: UUID) -> None:
    """Makes changes of one person's factors wait for each other."""
    await db.execute(text("select 1 from people where id = :id for update"), {"id": person_id})
