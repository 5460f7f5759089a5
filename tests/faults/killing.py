"""A worker of the real product in a process of its own, and ways to stop it at one exact place.

A job is stopped where it waits for a lock that the test holds, so "before it began", "all done but the commit" and
"committed but not acknowledged" are places, not guesses about time. Then the worker gets SIGKILL.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from colloquy.roles.runtime import Addresses

PATIENCE_SECONDS = 150.0


class Worker:
    """`python -m colloquy worker` over the test's database and data folder; `broken` is Python that runs before it."""

    def __init__(self, where: Addresses, data_dir: Path, *, broken: str = "") -> None:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("COLLOQUY_")},
            "COLLOQUY_DATABASE_URL": where.serving,
            "COLLOQUY_MIGRATION_URL": where.migrating,
            "COLLOQUY_DATA_DIR": str(data_dir),
            "COLLOQUY_LOG_LEVEL": "warning",
            "COLLOQUY_LIMITS": "false",
            "COLLOQUY_OUTBOUND_ALLOW": "127.0.0.1",
        }
        program = f"{broken}\nfrom colloquy.cli import app\napp(['worker'])\n"
        self._process = subprocess.Popen([sys.executable, "-c", program], env=environment, start_new_session=True)

    def kill(self) -> None:
        """SIGKILL to the worker and whatever it had started: nothing is cleaned up, nothing is said."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        self._process.terminate()
        return self._process.wait(timeout=30)


@contextmanager
def worker(where: Addresses, data_dir: Path, *, broken: str = "") -> Iterator[Worker]:
    """A worker that is dead at the end of the block, however it ends."""
    running = Worker(where, data_dir, broken=broken)
    try:
        yield running
    finally:
        if running._process.poll() is None:
            running.kill()


def connect(where: Addresses) -> psycopg.Connection:
    """A connection as the owner, each statement its own transaction."""
    return psycopg.connect(where.migrating, autocommit=True)


def wait_for(connection: psycopg.Connection, query: str, *arguments: object, seconds: float = PATIENCE_SECONDS) -> None:
    """Until `query` gives a row."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if connection.execute(query.encode(), arguments).fetchone() is not None:
            return
        time.sleep(0.005)
    raise AssertionError(f"never came true: {query} {arguments}")


DOING = "select 1 from procrastinate_jobs where status = 'doing' and task_name = %s"
_WAITING = (
    "select 1 from pg_stat_activity where wait_event_type = 'Lock' and usename = 'colloquy_app'"
    " and datname = current_database() and "
)
# Each exactly: workers also wait for each other, at the end of the audit log for one.
WAITING_FOR_TABLE = f"{_WAITING} wait_event = 'relation'"
WAITING_FOR_TEST = f"{_WAITING} wait_event = 'advisory'"
WAITING_TO_END = f"{_WAITING} position('procrastinate_finish_job' in query) > 0"


@contextmanager
def held_before_it_begins(where: Addresses, job: str, table: str, *, late: bool = False) -> Iterator[None]:
    """The job was fetched and stands before its first look at `table`. `late`: see below."""
    with psycopg.connect(where.migrating) as lock, connect(where) as look:
        if late:
            wait_for(look, DOING, job)
        lock.execute(f"lock table {table} in access exclusive mode".encode())
        wait_for(look, DOING, job)
        wait_for(look, WAITING_FOR_TABLE)
        yield
        lock.rollback()


@contextmanager
def held_before_it_commits(where: Addresses, job: str, table: str, *, late: bool = False) -> Iterator[None]:
    """The job has done everything but write to `table`: outside effects are made, nothing is committed.

    `late` locks when the job has begun, for a slow job whose table an earlier job writes too.
    """
    with psycopg.connect(where.migrating) as lock, connect(where) as look:
        if late:
            wait_for(look, DOING, job)
        lock.execute(f"lock table {table} in share mode".encode())
        wait_for(look, DOING, job)
        wait_for(look, WAITING_FOR_TABLE)
        yield
        lock.rollback()


@contextmanager
def held_at_one_write(where: Addresses, table: str, when: str) -> Iterator[None]:
    """The job stands in its update of `table` that fulfils `when` (a condition on `new`).

    For a table that other jobs must go on writing: a trigger waits for an advisory lock that the test holds.
    """
    with psycopg.connect(where.migrating) as lock, connect(where) as look:
        lock.execute(b"select pg_advisory_lock(4711)")
        look.execute(
            b"create or replace function hold() returns trigger language plpgsql as"
            b" $$ begin perform pg_advisory_xact_lock(4711); return new; end $$"
        )
        look.execute(
            f"create trigger hold before update on {table} for each row when ({when}) execute function hold()".encode()
        )
        try:
            wait_for(look, WAITING_FOR_TEST)
            yield
        finally:
            lock.execute(b"select pg_advisory_unlock(4711)")
            look.execute(f"drop trigger hold on {table}".encode())


@contextmanager
def held_after_it_committed(where: Addresses, job: str) -> Iterator[None]:
    """The job's work is committed, and its end cannot be noted: the queue believes it is running."""
    with psycopg.connect(where.migrating) as lock, connect(where) as look:
        wait_for(look, DOING, job)
        lock.execute(b"select id from procrastinate_jobs where task_name = %s for update", (job,))
        wait_for(look, WAITING_TO_END)
        yield
        lock.rollback()


def bury_the_dead(where: Addresses) -> None:
    """What the scheduler finds out within 25 s, at once: the workers are gone."""
    with connect(where) as connection:
        connection.execute(b"update procrastinate_workers set last_heartbeat = now() - interval '1 hour'")
