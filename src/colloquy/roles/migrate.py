"""Bringing a database to the newest shape."""

from __future__ import annotations

from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"


def newest() -> str:
    """The revision that this version of Colloquy expects. Revisions are named by their file's number."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def current(url: str) -> str | None:
    """The revision that the database has; None before the first migration."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        known = connection.execute("select to_regclass('alembic_version')").fetchone()
        if known is None or known[0] is None:
            return None
        row = connection.execute("select version_num from alembic_version").fetchone()
        return None if row is None else str(row[0])


def migrate(url: str) -> bool:
    """Applies what is missing, in one transaction. True when anything was applied.

    Two processes starting at once wait for each other on an advisory lock.
    """
    if current(url) == newest():
        return False
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = make_url(url).set(drivername="postgresql+psycopg")
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as guard:
        guard.execute("select pg_advisory_lock(hashtext('colloquy.migrate'))")
        if current(url) == newest():
            return False
        command.upgrade(config, "head")
    return True
