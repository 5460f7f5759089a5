"""Running what is queued, and looking at the queue."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from colloquy.roles.runtime import Runtime

_ROUNDS = 20  # five tries of a job, and a job that a job queued, take far fewer


async def run_jobs(runtime: Runtime) -> None:
    """Works until nothing is left to do: tries that would wait for a while are made at once.

    Jobs that were put off on purpose (`enqueue(at=...)`) stay where they are.
    """
    for _ in range(_ROUNDS):
        await runtime.job_runner().run(until_idle=True)
        async with runtime.database.begin() as db:
            await db.execute(
                text(
                    "update procrastinate_jobs set scheduled_at = null"
                    " where status = 'todo' and attempts > 0 and scheduled_at is not null"
                )
            )
            # A worker told to stop when idle may stop while a job of its own is still queueing the next one.
            due = await db.execute(
                text(
                    "select 1 from procrastinate_jobs where status = 'todo'"
                    " and (scheduled_at is null or scheduled_at <= now()) limit 1"
                )
            )
            if due.first() is None:
                return
    raise AssertionError("jobs never came to an end")


async def queued(runtime: Runtime, org_id: UUID) -> list[str]:
    """Names of the jobs of this organisation that wait, in the order in which they were queued."""
    async with runtime.database.begin() as db:
        names = await db.scalars(
            text(
                "select task_name from procrastinate_jobs where status = 'todo' and args->>'org_id' = :org order by id"
            ),
            {"org": str(org_id)},
        )
        return list(names)
