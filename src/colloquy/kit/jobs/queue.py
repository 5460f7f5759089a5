"""Putting work on a queue, on the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import procrastinate
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit.audit import changed
from colloquy.kit.db import driver_connection
from colloquy.kit.jobs.job import default_queue

# Only shapes the INSERT; it is never opened. The connection is always the caller's.
_deferrer = procrastinate.App(connector=procrastinate.PsycopgConnector())


async def enqueue(
    db: AsyncSession,
    name: str,
    *,
    queue: str | None = None,
    at: datetime | None = None,
    once: str | None = None,
    **payload: Any,
) -> None:
    """Queues the job `name` with `payload` (JSON-serialisable; UUIDs become text).

    It exists if and only if the caller's transaction commits. `at` delays it. Jobs that share `once` are
    never waiting twice: a second one is dropped while the first has not started.
    """
    if once is not None:
        waiting = await db.execute(
            text("select 1 from procrastinate_jobs where queueing_lock = :lock and status = 'todo' limit 1"),
            {"lock": once},
        )
        if waiting.first() is not None:
            return
    changed(db)
    connection = await driver_connection(db)
    arguments = {key: str(value) if isinstance(value, UUID) else value for key, value in payload.items()}
    await _deferrer.configure_task(
        name, queue=queue or default_queue(name), schedule_at=at, queueing_lock=once, connection=connection
    ).defer_async(**arguments)


async def queue_depths(db: AsyncSession) -> dict[tuple[str, str], int]:
    """How many jobs are due (`todo`), run (`doing`) or were put off (`later`), by (queue, state)."""
    rows = await db.execute(
        text(
            "select queue_name, case when status = 'todo' and scheduled_at > now() then 'later'"
            " else status::text end as state, count(*) as jobs from procrastinate_jobs"
            " where status in ('todo', 'doing') group by 1, 2"
        )
    )
    return {(row.queue_name, row.state): row.jobs for row in rows}
