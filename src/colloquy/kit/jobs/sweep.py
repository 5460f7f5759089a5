"""Finding the work of workers that died: their heartbeat stopped, their jobs go back on the queue."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit.jobs.runner import STALLED_AFTER_SECONDS


async def hand_back_stalled(db: AsyncSession) -> int:
    """Puts jobs of dead workers back on their queues; returns how many.

    A worker is dead when its row is gone or its heartbeat is older than 15 s (it beats every 5 s), so a
    killed worker's job is running again within about 25 s when this is called every 5 s.
    """
    # Not Procrastinate's own retry: that one counts a try, and being killed is not the job's fault. Without
    # `once`, which is about jobs that wait: where another waits by now, one would keep all others from going back.
    handed_back = await db.execute(
        text(
            "update procrastinate_jobs set status = 'todo', scheduled_at = now(), worker_id = null,"
            " queueing_lock = null"
            " where id in (select j.id from procrastinate_jobs j"
            " left join procrastinate_workers w on w.id = j.worker_id where j.status = 'doing'"
            " and (w.id is null or w.last_heartbeat < now() - make_interval(secs => :age))"
            " for update of j skip locked) returning id"
        ),
        {"age": STALLED_AFTER_SECONDS},
    )
    return len(handed_back.all())
