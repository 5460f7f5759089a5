"""What `doctor` and `up` say of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.engine import make_url

from colloquy.cli.findings import Finding

if TYPE_CHECKING:
    from colloquy.kit.db import Database
    from colloquy.roles.runtime import Addresses

_PART = "Database"


async def describe(database: Database, where: Addresses) -> str:
    """Which PostgreSQL it is, and where."""
    async with database.begin() as db:
        version = await db.scalar(text("show server_version"))
    number = str(version).split(" ", maxsplit=1)[0]
    if where.embedded:
        return f"PostgreSQL {number}, built in"
    address = make_url(where.serving)
    return f"PostgreSQL {number} at {address.host or 'a local socket'}, database {address.database}"


async def examine(where: Addresses) -> Finding:
    """Version, role and migrations. The database is changed in nothing."""
    from colloquy.kit.db import Database, app_url, privileges_problem
    from colloquy.roles import migrate

    found, newest = migrate.current(where.migrating), migrate.newest()
    if found is None:
        return Finding(_PART, "ok", f"empty; {_PENDING}")
    if found > newest:
        return Finding(
            _PART,
            "problem",
            f"its shape is {found}, this Colloquy knows {newest} at most",
            "Start the newer Colloquy that made it, or restore a backup from before.",
        )
    database = Database(app_url(where.serving), pool_size=1)
    try:
        line = await describe(database, where)
        async with database.begin() as db:
            if problem := await privileges_problem(db):
                return Finding(_PART, "problem", f"{line}: {problem}", "Set COLLOQUY_DATABASE_URL to such a role.")
    finally:
        await database.close()
    shape = "up to date" if found == newest else f"at step {found} of {newest}; {_PENDING}"
    return Finding(_PART, "ok", f"{line}; tenants kept apart by row-level security; {shape}")


_PENDING = "the next start brings it up to date, and so does `colloquy migrate`"
