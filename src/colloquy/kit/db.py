"""The database: transactions that know their tenant.

Every tenant table is behind row-level security that compares `org_id` with the setting `app.org_id`. A
transaction that has not entered a tenant sees no tenant row and can write none. The setting is local to
the transaction, so a pooled connection never carries a tenant into the next one's work.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import psycopg.conninfo
from sqlalchemy import DateTime, MetaData, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from colloquy.kit.audit.transaction import AuditedSession, watch

APP_ROLE = "colloquy_app"


@dataclass(frozen=True, slots=True)
class Scope:
    """The tenant that a piece of work belongs to: the second argument of every query.

    `viewer_id` is set when the work is for somebody who may not see every interview of the tenant: row-level
    security then hides what is not shared with them. None: the tenant's jobs, candidates, and people who see all.
    """

    org_id: UUID
    viewer_id: UUID | None = None


class Base(DeclarativeBase):
    """Parent of every context's models. Relationships are avoided; where one exists it is `lazy="raise"`."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: JSONB,
        list[Any]: JSONB,
    }


def app_url(url: str, *, role: str | None = APP_ROLE) -> URL:
    """A SQLAlchemy address on psycopg; with `role` the connection acts as the application's role.

    The role arrives as a start-up option, so it holds from the first statement of the connection on.
    """
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    if role is not None:
        options = parsed.query.get("options", "")
        parsed = parsed.update_query_dict({"options": f"{options} -c role={role}".strip()})
    return parsed


def conninfo(url: URL) -> str:
    """The same address for psycopg itself (Procrastinate's pool, LISTEN)."""
    # Not `render_as_string`: it writes the space inside `options` as a plus sign, which libpq takes literally.
    arguments = {**url.translate_connect_args(username="user", database="dbname"), **url.query}
    return psycopg.conninfo.make_conninfo(**{key: str(value) for key, value in arguments.items()})


class Database:
    """Opens transactions. One a process; close it when the process ends."""

    def __init__(self, url: URL, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=False,  # a dead connection costs one 503; a ping would cost every request a trip
            pool_recycle=1800,
        )
        watch(self.engine)
        self._sessions = async_sessionmaker(self.engine, sync_session_class=AuditedSession, expire_on_commit=False)

    @asynccontextmanager
    async def begin(self, scope: Scope | None = None) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises.

        The last thing before the commit are the entries of the audit log that were noted (`kit.audit`).
        With `scope` the tenant is entered first; without it only global tables can be seen.
        """
        async with self._sessions() as session, session.begin():
            if scope is not None:
                await enter(session, scope)
            yield session

    async def close(self) -> None:
        """Closes the pool. Transactions still open are rolled back by the server."""
        await self.engine.dispose()


async def enter(db: AsyncSession, scope: Scope) -> None:
    """Makes `scope` the tenant of the current transaction, seen with the eyes of its viewer."""
    await db.execute(
        text("select set_config('app.org_id', :org_id, true), set_config('app.viewer_id', :viewer_id, true)"),
        {"org_id": str(scope.org_id), "viewer_id": str(scope.viewer_id or "")},
    )


async def as_tenant(db: AsyncSession, scope: Scope) -> Scope:
    """Goes on without the viewer: for work that concerns rows which they are about to lose from sight.

    Whatever they may see and do has been looked at before.
    """
    whole = Scope(scope.org_id)
    if scope.viewer_id is not None:
        await enter(db, whole)
    return whole


async def driver_connection(db: AsyncSession) -> psycopg.AsyncConnection[Any]:
    """Psycopg's own connection under this transaction, for libraries that speak to it directly."""
    connection = await db.connection()
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, psycopg.AsyncConnection)  # noqa: S101 - the engine is always psycopg's
    return driver


async def privileges_problem(db: AsyncSession) -> str | None:
    """None when the connection's role is fit to serve; else a sentence that says what is wrong with it.

    A role that may bypass row-level security, or that owns tables, would turn tenancy into a courtesy.
    """
    row = (
        await db.execute(
            text(
                "select current_user as name, r.rolsuper or r.rolbypassrls as bypasses,"
                " (select count(*) from pg_tables where tableowner = current_user and schemaname = 'public')"
                " as owned from pg_roles r where r.rolname = current_user"
            )
        )
    ).one()
    if row.bypasses:
        return f"The database role {row.name!r} can bypass row-level security. Use {APP_ROLE!r}."
    if row.owned:
        return f"The database role {row.name!r} owns {row.owned} tables. Migrate as one role, serve as another."
    return None
