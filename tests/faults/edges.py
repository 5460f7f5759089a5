"""The edges of a job, as places: a worker is stopped exactly there and gets SIGKILL, stage after stage of one line.

A job is held in its fetch until the way is laid, then let go and held by a lock at the edge that is asked for. What
comes later in the line is put off until its turn, so that no stage is over before somebody stands at it. A connection
of the dead that still waits is cut: left alone it would end its statement, and commit it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

import psycopg
from tests.faults.forking import Forked, Workers
from tests.faults.killing import PATIENCE_SECONDS, connect, wait_for

from colloquy.roles.runtime import Addresses

_GATE, _PLACE, _END = 4710, 4711, 4712
_LATER = "timestamptz '2200-01-01'"
_APP = "datname = current_database() and usename = 'colloquy_app'"
_AT_LOCK = (
    "select 1 from pg_locks where locktype = 'advisory' and objid = {} and not granted"
    " and database = (select oid from pg_database where datname = current_database())"
)
_AT_TABLE = "select 1 from pg_locks where locktype = 'relation' and relation = '{}'::regclass and not granted"


class Edge(StrEnum):
    """Where a job can be cut."""

    BEFORE_THE_CALL = "before the call"
    AFTER_THE_CALL = "after the call"
    BEFORE_THE_COMMIT = "before the commit"
    AFTER_THE_COMMIT = "after the commit"


@dataclass(frozen=True)
class Stage:
    """A job: the table it looks at first, and the row that it writes when its work is done (`when`: about `new`).

    `event` is the routing key of the event that is delivered. Without `reads` or `writes` it has not all edges.
    """

    job: str
    reads: str = ""
    writes: str = ""
    when: str = ""
    event: str = ""

    @property
    def name(self) -> str:
        """For the table at the end."""
        return f"{self.job} ({self.event})" if self.event else self.job

    def has(self, edge: Edge) -> bool:
        """Whether a job of this kind can stand there."""
        if edge is Edge.BEFORE_THE_CALL:
            return bool(self.reads)
        return edge is Edge.AFTER_THE_COMMIT or bool(self.writes)

    def means(self, job: str) -> str:
        """SQL: whether this row of the queue is such a job."""
        about = f" and r.routing_key = '{self.event}'" if self.event else ""
        event = f" and exists (select 1 from outbox r where r.id = ({job}.args->>'event_id')::uuid{about})"
        return f"({job}.task_name = '{self.job}'{event if self.event else ''})"


@contextmanager
def in_turn(where: Addresses, stages: Sequence[Stage]) -> Iterator[Callable[[int], None]]:
    """Inside, jobs of these stages wait for their turn; what is given says which stage's turn has come."""
    with connect(where) as look:
        _put_off(look, stages)
        look.execute(
            b"create trigger faults_put_off before insert on procrastinate_jobs"
            b" for each row execute function faults_put_off()"
        )
        try:

            def now(number: int) -> None:
                _put_off(look, stages[number + 1 :])
                _release(look, stages[: number + 1])

            now(-1)
            yield now
        finally:
            look.execute(b"drop trigger faults_put_off on procrastinate_jobs")
            _release(look, stages)


def _put_off(look: psycopg.Connection, stages: Sequence[Stage]) -> None:
    which = " or ".join(stage.means("new") for stage in stages) or "false"
    look.execute(
        "create or replace function faults_put_off() returns trigger language plpgsql security definer"
        " set search_path = public as $$ begin"
        f" if {which} then new.scheduled_at := {_LATER}; end if; return new; end $$".encode()
    )
    if stages:
        which = " or ".join(stage.means("j") for stage in stages)
        look.execute(
            f"update procrastinate_jobs j set scheduled_at = {_LATER} where j.status = 'todo' and ({which})"
            " and (j.scheduled_at is null or j.scheduled_at < now() + interval '10 minutes')".encode()
        )


def _release(look: psycopg.Connection, stages: Sequence[Stage]) -> None:
    if which := " or ".join(stage.means("j") for stage in stages):
        look.execute(
            f"update procrastinate_jobs j set scheduled_at = null where j.status = 'todo' and ({which})"
            f" and j.scheduled_at = {_LATER}".encode()
        )


def kill_at(where: Addresses, workers: Workers, stage: Stage, edge: Edge) -> None:
    """A new worker works until such a job stands at the edge, and is killed there. Nobody knows of its end yet."""
    with ExitStack() as stack:
        look = stack.enter_context(connect(where))
        stack.callback(cut_the_dead, look)
        gate = stack.enter_context(_gate(where, look, stage))
        doomed = workers.start(registered=False)
        stack.callback(doomed.kill)
        wait_for(look, _AT_LOCK.format(_GATE))
        stands = stack.enter_context(_place(where, look, stage, edge))
        gate()
        wait_for(look, stands)
        killed(doomed)
        cut_the_dead(look)


def killed(doomed: Forked) -> None:
    """SIGKILL, and it is gone when this returns."""
    doomed.kill()
    ends = time.monotonic() + PATIENCE_SECONDS
    with suppress(ProcessLookupError):
        while time.monotonic() < ends:
            os.kill(doomed.pid, 0)
            time.sleep(0.005)


def cut_the_dead(look: psycopg.Connection) -> None:
    """Ends what waits for a lock in the name of a worker that is dead."""
    waits = f"pg_stat_activity where {_APP} and wait_event_type = 'Lock'"
    look.execute(f"select pg_terminate_backend(pid) from {waits}".encode())
    wait_for(look, f"select 1 where not exists (select 1 from {waits})")


@contextmanager
def _gate(where: Addresses, look: psycopg.Connection, stage: Stage) -> Iterator[Callable[[], None]]:
    """Whoever fetches such a job waits in the fetch until what is given is called."""
    with connect(where) as lock:
        lock.execute(f"select pg_advisory_lock({_GATE})".encode())
        for name, which, result in (("gate", _GATE, "new"), ("end", _END, "old")):
            look.execute(
                f"create or replace function faults_{name}() returns trigger language plpgsql security definer"
                f" set search_path = public as $$ begin if {stage.means(result)}"
                f" then perform pg_advisory_xact_lock_shared({which}); end if; return {result}; end $$".encode()
            )
        look.execute(
            b"create trigger faults_gate before update on procrastinate_jobs for each row"
            b" when (old.status = 'todo' and new.status = 'doing') execute function faults_gate()"
        )
        # A job that has succeeded is deleted.
        look.execute(
            b"create trigger faults_end before delete on procrastinate_jobs for each row"
            b" when (old.status = 'doing') execute function faults_end()"
        )
        try:
            yield lambda: _discard(lock.execute(f"select pg_advisory_unlock({_GATE})".encode()))
        finally:
            cut_the_dead(look)
            lock.close()
            look.execute(b"drop trigger faults_gate on procrastinate_jobs")
            look.execute(b"drop trigger faults_end on procrastinate_jobs")


@contextmanager
def _place(where: Addresses, look: psycopg.Connection, stage: Stage, edge: Edge) -> Iterator[str]:
    """Holds whoever comes to the edge; gives the query that has a row when somebody stands there."""
    with psycopg.connect(where.migrating) as lock:
        if edge is Edge.BEFORE_THE_CALL:
            with _next_in_line(lock, look, f"lock table {stage.reads} in access exclusive mode"):
                yield _AT_TABLE.format(stage.reads)
        elif edge is Edge.AFTER_THE_COMMIT:
            lock.execute(f"select pg_advisory_xact_lock({_END})".encode())
            yield _AT_LOCK.format(_END)
        else:
            with held_at(look, lock, stage, deferred=edge is Edge.BEFORE_THE_COMMIT) as stands:
                yield stands
        cut_the_dead(look)
        lock.rollback()


@contextmanager
def held_at(look: psycopg.Connection, lock: psycopg.Connection, stage: Stage, *, deferred: bool) -> Iterator[str]:
    """Holds whoever writes such a row, before the write or (`deferred`) in the commit. `lock` is in a transaction."""
    lock.execute(f"select pg_advisory_xact_lock({_PLACE})".encode())
    look.execute(
        b"create or replace function faults_place() returns trigger language plpgsql as"
        b" $$ begin perform pg_advisory_xact_lock_shared(4711); return new; end $$"
    )
    kind, moment, late = (
        ("constraint trigger", "after", "deferrable initially deferred") if deferred else ("trigger", "before", "")
    )
    when = f"when ({stage.when})" if stage.when else ""
    look.execute(
        f"create {kind} faults_place {moment} insert or update on {stage.writes} {late}"
        f" for each row {when} execute function faults_place()".encode()
    )
    try:
        yield _AT_LOCK.format(_PLACE)
    finally:
        cut_the_dead(look)
        lock.rollback()
        look.execute(f"drop trigger faults_place on {stage.writes}".encode())


@contextmanager
def _next_in_line(lock: psycopg.Connection, look: psycopg.Connection, query: str) -> Iterator[None]:
    """Asks for a lock that the fetch has, which is still held: nobody gets it before us when that commits."""
    asking = threading.Thread(target=lambda: _discard(lock.execute(query.encode())))
    asking.start()
    waits = f"select 1 from pg_stat_activity where pid = {lock.info.backend_pid} and wait_event_type = 'Lock'"
    while asking.is_alive() and look.execute(waits.encode()).fetchone() is None:
        time.sleep(0.005)
    yield
    asking.join()


def _discard(_: object) -> None:
    """For what is called only for what it does."""
