"""When the installation itself is short of something: its database is away, or a disk has no room.

That is nobody's mistake and passes: requests are answered with 503 or 507, and jobs wait without using up a try.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from enum import Enum, auto

import psycopg
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnection

from colloquy.kit.errors import OutOfRoom, Transient, Unavailable

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_DISK_FULL = "53100"
_INVALIDATED = "8s2b"
"""SQLAlchemy's code for a transaction that was used on after its connection broke (https://sqlalche.me/e/20/8s2b)."""
_AWAY = ("08", "53", "57P01", "57P02", "57P03", "58")
"""SQLSTATE: connections that fail, what the server is short of (connections, memory), a server that stops or starts,
errors of its operating system (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


class Outage(Enum):
    """What is missing."""

    AWAY = auto()
    """The database, or the store of files, does not answer."""
    FULL = auto()
    """There is no room left on a disk."""


def outage(error: BaseException) -> Outage | None:
    """What the installation is short of, as this error tells; None for an error about anything else."""
    found = {kind for one in _chain(error) if (kind := _of(one)) is not None}
    if Outage.FULL in found:
        return Outage.FULL
    return Outage.AWAY if found else None


def _of(error: BaseException) -> Outage | None:  # noqa: PLR0911 - a list of kinds, not a decision
    if isinstance(error, OutOfRoom):
        return Outage.FULL
    if isinstance(error, (Unavailable, NoConnection, PoolTimeout)):
        return Outage.AWAY
    if isinstance(error, DBAPIError):
        return Outage.AWAY if error.connection_invalidated else None
    if isinstance(error, PendingRollbackError):
        return Outage.AWAY if error.code == _INVALIDATED else None
    if isinstance(error, psycopg.Error):
        if error.sqlstate is None:
            # The server said nothing: the connection broke, or there was none to begin with.
            return Outage.AWAY if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)) else None
        if error.sqlstate == _DISK_FULL:
            return Outage.FULL
        return Outage.AWAY if error.sqlstate.startswith(_AWAY) else None
    if isinstance(error, OSError):
        return Outage.FULL if error.errno in _NO_ROOM else None
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it is made of: what SQLAlchemy and the queue wrapped, and what a group holds."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _chain(one)
    if isinstance(error, DBAPIError) and error.orig is not None:
        yield error.orig
    elif isinstance(error, (ConnectorException, Transient)) and error.__cause__ is not None:
        yield from _chain(error.__cause__)
