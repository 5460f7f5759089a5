"""What the installation is short of, told from errors as libraries wrap them, and what requests and jobs make of it."""

from __future__ import annotations

import errno

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from procrastinate.exceptions import ConnectorException
from psycopg import errors
from sqlalchemy.exc import OperationalError, PendingRollbackError

from colloquy.kit.errors import OutOfRoom, Refusal, Transient, Unavailable
from colloquy.kit.http import problem
from colloquy.kit.jobs.runner import OUTAGE_WAIT_SECONDS, TRIES, Backoff, wait
from colloquy.kit.outage import Outage, outage


def _because(error, cause):
    error.__cause__ = cause
    return error


AWAY = {
    "the connection broke": psycopg.OperationalError("server closed the connection unexpectedly"),
    "the server stops": errors.AdminShutdown("terminating connection"),
    "the server starts": errors.CannotConnectNow("the database system is starting up"),
    "too many connections": errors.TooManyConnections("sorry"),
    "through SQLAlchemy": OperationalError("select 1", {}, errors.AdminShutdown("terminating connection")),
    "through the queue": _because(ConnectorException(), psycopg.OperationalError("the connection is lost")),
    "used on": PendingRollbackError("Can't reconnect until invalid transaction is rolled back.", code="8s2b"),
    "in a group": ExceptionGroup("tasks", [ValueError(), psycopg.InterfaceError("the connection is closed")]),
    "the store": Unavailable("The storage did not answer; try again."),
}
FULL = {
    "the file system": OSError(errno.ENOSPC, "No space left on device"),
    "the database": OperationalError("insert", {}, errors.DiskFull("could not extend file")),
    "the store": OutOfRoom("The storage is full."),
    "letters": _because(Transient("The mail folder cannot be written."), OSError(errno.ENOSPC, "No space left")),
}
NEITHER = {
    "a bug": ValueError(),
    "a file that is not there": FileNotFoundError(errno.ENOENT, "No such file"),
    "a deadlock": OperationalError("update", {}, errors.DeadlockDetected("deadlock detected")),
    "a row that is there": errors.UniqueViolation("duplicate key"),
    "a vendor": Transient("The model did not answer."),
    "a flush that failed": PendingRollbackError("This Session's transaction has been rolled back", code="7s2a"),
}


@pytest.mark.parametrize("name", AWAY)
def test_the_database_is_away(name):
    assert outage(AWAY[name]) is Outage.AWAY


@pytest.mark.parametrize("name", FULL)
def test_a_disk_is_full(name):
    assert outage(FULL[name]) is Outage.FULL


@pytest.mark.parametrize("name", NEITHER)
def test_it_is_something_else(name):
    assert outage(NEITHER[name]) is None


class _Job:
    attempts = TRIES + 20


@pytest.mark.parametrize("error", [AWAY["through the queue"], FULL["the database"]], ids=["away", "full"])
def test_a_job_uses_up_no_try_of_an_outage_and_is_back_soon_after_it(error):
    assert Backoff().get_retry_decision(exception=error, job=_Job()) is not None
    assert wait(error, 100) <= OUTAGE_WAIT_SECONDS


@pytest.mark.parametrize("error", [ValueError(), Transient("later"), Refusal("no")], ids=["bug", "vendor", "refusal"])
def test_any_other_failure_ends_after_the_last_try(error):
    assert Backoff().get_retry_decision(exception=error, job=_Job()) is None


async def _asked(error, *, outside):
    app = FastAPI()
    problem.install(app, None)

    @app.get("/api/thing")
    async def thing():
        raise error

    class Layer:
        def __init__(self, inner):
            self.inner = inner

        async def __call__(self, scope, receive, send):
            if scope["type"] == "http":
                raise error
            await self.inner(scope, receive, send)

    if outside:
        app.add_middleware(Layer)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        return await client.get("/api/thing")


@pytest.mark.parametrize("outside", [False, True], ids=["in a route", "in a layer around the routes"])
@pytest.mark.parametrize(
    ("kinds", "status", "code"), [(AWAY, 503, "unavailable"), (FULL, 507, "storage_full")], ids=["away", "full"]
)
async def test_an_outage_is_told_as_one(kinds, status, code, outside):
    for error in kinds.values():
        answer = await _asked(error, outside=outside)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("outside", [False, True], ids=["in a route", "in a layer around the routes"])
async def test_a_bug_stays_a_bug(outside):
    for name in ("a bug", "a file that is not there", "a row that is there"):
        assert (await _asked(NEITHER[name], outside=outside)).status_code == 500
