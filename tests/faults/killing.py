"""What every suite that kills workers needs: a look at the tables, waiting for something there, burying the dead."""

from __future__ import annotations

import time

import psycopg

from colloquy.roles.runtime import Addresses

PATIENCE_SECONDS = 150.0


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


def bury_the_dead(where: Addresses) -> None:
    """What the scheduler finds out within 25 s, at once: the workers are gone."""
    with connect(where) as connection:
        connection.execute(b"update procrastinate_workers set last_heartbeat = now() - interval '1 hour'")
