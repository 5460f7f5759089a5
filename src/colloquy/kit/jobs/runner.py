"""Running jobs: one Procrastinate worker per group of queues, and what happens around every job."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import procrastinate
import psycopg_pool
import structlog
from procrastinate import exceptions, jobs, retry
from prometheus_client import Counter, Histogram
from sqlalchemy import text

from colloquy.kit import audit, clock, log
from colloquy.kit.db import Database, Scope, conninfo
from colloquy.kit.errors import Refusal, Transient
from colloquy.kit.jobs import deadletters
from colloquy.kit.jobs.job import Job, call
from colloquy.kit.outage import outage
from colloquy.kit.provided import Provided

TRIES = 5
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 120.0
OUTAGE_WAIT_SECONDS = 30.0
"""Between tries while the database is away or a disk is full, so that work goes on within a minute of its return."""
HEARTBEAT_SECONDS = 5.0
STALLED_AFTER_SECONDS = 15.0
UNNOTICED_SECONDS = 10.0
"""The end of a job is noted within milliseconds; so long after it, it never will be."""

_log = log.get_logger(__name__)
_ended = Counter("colloquy_jobs_total", "Jobs ended, by outcome.", ["job", "outcome"])
_seconds = Histogram(
    "colloquy_job_seconds", "How long a job ran.", ["job"], buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300)
)


class Backoff(retry.BaseRetryStrategy):
    """Up to five tries, exponential with full jitter, `Retry-After` honoured; a stop hands the job back.

    While the database is away or a disk is full tries are not limited: the work is sound, and nobody would look at
    thousands of dead letters that say the same.
    """

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision | None:
        if isinstance(exception, (asyncio.CancelledError, exceptions.JobAborted)):
            return retry.RetryDecision(retry_at=clock.now())
        if outage(exception) is None and (isinstance(exception, Refusal) or job.attempts + 1 >= TRIES):
            return None
        return retry.RetryDecision(retry_at=clock.now() + timedelta(seconds=wait(exception, job.attempts)))


def wait(error: BaseException, tries_before: int) -> float:
    """Seconds until the next try. Full jitter (Brooker, "Exponential Backoff And Jitter", 2015)."""
    longest = OUTAGE_WAIT_SECONDS if outage(error) else LONGEST_WAIT_SECONDS
    ceiling = min(longest, FIRST_WAIT_SECONDS * 2 ** min(tries_before, TRIES))
    asked = error.retry_after if isinstance(error, Transient) and error.retry_after else 0.0
    return max(asked, random.uniform(0.1, ceiling))  # noqa: S311 - spreads load, guards nothing


class JobRunner:
    """Runs the given jobs until stopped.

    `concurrency` maps a queue to how many of its jobs may run at once in this process; queues not named
    share one worker of `shared` places, so quick work never waits behind speech or video.
    """

    def __init__(
        self,
        database: Database,
        provided: Provided,
        known: Iterable[Job],
        *,
        concurrency: Mapping[str, int] | None = None,
        shared: int = 8,
        only: frozenset[str] | None = None,
    ) -> None:
        self._database = database
        self._provided = provided
        self._jobs = {job.name: job for job in known}
        self._app = procrastinate.App(connector=procrastinate.PsycopgConnector())
        for job in self._jobs.values():
            self._app.task(name=job.name, queue=job.queue_name, pass_context=True, retry=Backoff())(self._runner(job))
        queues = {job.queue_name for job in self._jobs.values()}
        if only is not None:
            queues &= only
        own = {queue: places for queue, places in (concurrency or {}).items() if queue in queues}
        rest = sorted(queues - own.keys())
        self._groups: list[tuple[list[str], int]] = [([queue], places) for queue, places in own.items()]
        if rest:
            self._groups.append((rest, shared))
        self._shared = shared
        self._over: dict[int, tuple[int, float]] = {}
        """Jobs whose run is over: at which attempt, and when. The queue is told at once, if the database is there."""

    async def run(self, *, until_idle: bool = False, grace_seconds: float = 20.0) -> None:
        """Works until cancelled (or, `until_idle`, until nothing is due). Unfinished jobs are handed back."""
        pool = psycopg_pool.AsyncConnectionPool(
            conninfo(self._database.url),
            min_size=1,
            max_size=4 + 2 * len(self._groups),
            open=False,
            check=psycopg_pool.AsyncConnectionPool.check_connection,
        )
        async with pool, self._app.open_async(pool):
            watch = asyncio.create_task(self._watch())
            try:
                async with asyncio.TaskGroup() as group:
                    for queues, places in self._groups:
                        group.create_task(self._work(queues, places, until_idle, grace_seconds))
            finally:
                watch.cancel()
                await asyncio.gather(watch, return_exceptions=True)

    async def _watch(self) -> None:
        """Looks for jobs that are over and that the queue believes to be running: it could not be told, and asks no
        worker that is alive. They go back; running twice is harmless.
        """
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                if lost := await self.hand_back_unnoticed(time.monotonic() - UNNOTICED_SECONDS):
                    _log.warning("Jobs handed back whose end was not noted", jobs=lost)
            except Exception as error:
                if outage(error) is None:
                    raise

    async def hand_back_unnoticed(self, before: float) -> int:
        """Puts jobs back that were over before this moment of the monotonic clock and still count as running."""
        due = {job_id: attempts for job_id, (attempts, at) in self._over.items() if at <= before}
        if not due:
            return 0
        async with self._database.begin() as db:
            found = await db.execute(
                text(
                    "update procrastinate_jobs j set status = 'todo', scheduled_at = now(), worker_id = null,"
                    " queueing_lock = null"
                    " from unnest(cast(:ids as bigint[]), cast(:attempts as integer[])) as over(id, attempts)"
                    " where j.id = over.id and j.attempts = over.attempts and j.status = 'doing' returning j.id"
                ),
                {"ids": list(due), "attempts": list(due.values())},
            )
            lost = len(found.all())
        for job_id in due:
            self._over.pop(job_id, None)
        return lost

    async def _work(self, queues: list[str], places: int, until_idle: bool, grace: float) -> None:
        while True:
            try:
                await self._app.run_worker_async(
                    queues=queues,
                    concurrency=places,
                    wait=not until_idle,
                    install_signal_handlers=False,
                    listen_notify=not until_idle,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_AFTER_SECONDS,
                    shutdown_graceful_timeout=grace,
                    delete_jobs="successful",
                )
                error: Exception | None = None
            except Exception as raised:
                if outage(raised) is None:
                    raise
                error = raised
            if until_idle and error is None:
                return
            # Cancellation leaves by its own exception. Coming here means that the database went away: the
            # jobs are safe where they are, so come back when it does.
            _log.warning("Worker lost the database", queues=queues, error=str(error))
            await asyncio.sleep(1.0)

    def _runner(self, job: Job) -> Any:
        async def run(context: procrastinate.JobContext, **payload: Any) -> None:
            fields = {"job": job.name, "job_id": context.job.id, "org_id": payload.get("org_id")}
            because = audit.by_program(f"job.{context.job.id}")
            self._over.pop(context.job.id or 0, None)
            with because, structlog.contextvars.bound_contextvars(**fields), _seconds.labels(job.name).time():
                try:
                    if context.job.queueing_lock is not None:
                        await self._begun(context.job.id)
                    await call(job.run, self._provided, payload)
                except asyncio.CancelledError:
                    _ended.labels(job.name, "handed_back").inc()
                    raise
                except Exception as error:  # the edge of the worker: count, decide, pass on
                    try:
                        await self._failed(job, context.job.attempts, payload, error)
                    finally:
                        self._over[context.job.id or 0] = context.job.attempts, time.monotonic()
                    raise
                self._over[context.job.id or 0] = context.job.attempts, time.monotonic()
                _ended.labels(job.name, "done").inc()

        run.__name__ = job.name.replace(".", "_")
        return run

    async def _begun(self, job_id: int | None) -> None:
        """`once` is about jobs that wait. One that has begun gives it up: another may be queued from here on, and
        beside that one it could not go back to be tried again.
        """
        async with self._database.begin() as db:
            await db.execute(text("update procrastinate_jobs set queueing_lock = null where id = :id"), {"id": job_id})

    async def _failed(self, job: Job, tries_before: int, payload: dict[str, Any], error: Exception) -> None:
        last = outage(error) is None and (isinstance(error, Refusal) or tries_before + 1 >= TRIES)
        _ended.labels(job.name, "given_up" if last else "retried").inc()
        describe = _log.error if last else _log.warning
        describe("Job failed", tries=tries_before + 1, last=last, exc_info=error)
        if not last:
            return
        reason = error.message if isinstance(error, (Refusal, Transient)) else type(error).__name__
        org_id = payload.get("org_id")
        # When the database goes away here, that is what the job failed of: it is tried again, and given up then.
        if org_id is not None:
            async with self._database.begin(Scope(UUID(org_id))) as db:
                await deadletters.bury(db, job.name, job.queue_name, payload, reason, tries_before + 1)
        if job.gave_up is not None:
            await call(job.gave_up, self._provided, {**payload, "reason": reason})
