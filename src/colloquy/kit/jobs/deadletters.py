"""Jobs that were given up: kept, visible, and ready to be run again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id
from colloquy.kit.jobs.queue import enqueue


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job whose last try failed. `reason` is the error's text as the operator may see it."""

    id: UUID
    job: str
    queue: str
    payload: dict[str, Any]
    reason: str
    tries: int
    failed_at: datetime


async def bury(db: AsyncSession, job: str, queue: str, payload: dict[str, Any], reason: str, tries: int) -> None:
    """Records a job as given up, in the tenant named by its payload (the scope must be entered)."""
    statement = text(
        "insert into dead_letters (id, org_id, job, queue, payload, reason, tries)"
        " values (:id, :org_id, :job, :queue, :payload, :reason, :tries)"
    ).bindparams(bindparam("payload", type_=JSONB))
    await db.execute(
        statement,
        {
            "id": new_id(),
            "org_id": payload.get("org_id"),
            "job": job,
            "queue": queue,
            "payload": payload,
            "reason": reason[:2000],
            "tries": tries,
        },
    )


async def dead_letters(db: AsyncSession, scope: Scope) -> list[DeadLetter]:
    """The tenant's given-up jobs that nobody has run again, newest first, at most 200."""
    rows = await db.execute(
        text(
            "select id, job, queue, payload, reason, tries, failed_at from dead_letters"
            " where org_id = :org_id and run_again_at is null order by failed_at desc limit 200"
        ),
        {"org_id": scope.org_id},
    )
    return [DeadLetter(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy documents it as public


async def run_again(db: AsyncSession, scope: Scope, letter_id: UUID) -> bool:
    """Queues a given-up job once more. False when it is not there or was run again already."""
    row = (
        await db.execute(
            text(
                "update dead_letters set run_again_at = now() where id = :id and org_id = :org_id"
                " and run_again_at is null returning job, queue, payload"
            ),
            {"id": letter_id, "org_id": scope.org_id},
        )
    ).one_or_none()
    if row is None:
        return False
    await enqueue(db, row.job, queue=row.queue, **row.payload)
    return True
