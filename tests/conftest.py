"""What every test stands on: a real PostgreSQL with real migrations, and no network but loopback.

One embedded server serves all runs and all workers; the migrated database is a template named after the
migrations' content, and each worker copies it. Tests do not clean up after themselves: each makes its own
organisation, and row-level security keeps them apart as it keeps tenants apart.
"""

from __future__ import annotations

import asyncio
import getpass
import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from filelock import FileLock
from sqlalchemy.engine import make_url

from colloquy.kit.db import Database
from colloquy.roles import migrate, postgres
from colloquy.roles.runtime import Addresses, Runtime, running
from colloquy.settings import Settings

SERVER = Path(tempfile.gettempdir()) / f"colloquy-tests-{getpass.getuser()}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything but loopback is out of reach in every test."""
    for item in items:
        item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"]))


@pytest.fixture(autouse=True)
async def no_leaked_tasks() -> AsyncIterator[None]:
    """A test that leaves an asyncio task running fails."""
    before = asyncio.all_tasks()
    yield
    await asyncio.sleep(0)
    mine = {asyncio.current_task()}
    left = [task for task in asyncio.all_tasks() - before - mine if not task.done()]
    assert not left, f"tasks left running: {left}"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Addresses:
    """The server with a freshly migrated template database."""
    SERVER.mkdir(exist_ok=True)
    name = f"template_{_migrations_hash()}"
    with FileLock(str(SERVER / "lock")):
        serving, migrating = postgres.start(SERVER, name)
        if migrate.current(migrating) != migrate.newest():
            migrate.migrate(migrating)
    return Addresses(serving, migrating, embedded=True)


def _migrations_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted((migrate.MIGRATIONS / "versions").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def copy_database(template: Addresses, name: str) -> Addresses:
    """A new database called `name`, a copy of the template; one of that name is dropped before."""
    source = make_url(template.migrating)
    admin = source.set(database="postgres").render_as_string(hide_password=False)
    with FileLock(str(SERVER / "lock")), psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}" with (force)'.encode())
        connection.execute(f'create database "{name}" template "{source.database}"'.encode())
    return Addresses(
        make_url(template.serving).set(database=name).render_as_string(hide_password=False),
        source.set(database=name).render_as_string(hide_password=False),
        embedded=True,
    )


@pytest.fixture(scope="session")
def where(template: Addresses, worker_id: str) -> Addresses:
    """This worker's own database."""
    return copy_database(template, f"test_{worker_id}")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an installation that lives in a temporary folder."""
    return Settings(data_dir=tmp_path_factory.mktemp("var"), _env_file=None)


@pytest.fixture(scope="session")
async def runtime(settings: Settings, where: Addresses) -> AsyncIterator[Runtime]:
    """The product, built as it is built in earnest, over this worker's database."""
    async with running(settings, where=where) as built:
        yield built


@pytest.fixture(scope="session")
async def database(runtime: Runtime) -> Database:
    """Transactions as the application's role."""
    return runtime.database


@pytest.fixture
async def empty_runtime(template: Addresses, worker_id: str, tmp_path: Path) -> AsyncIterator[Runtime]:
    """A product over a database that nobody has used yet, for first-run tests."""
    where = copy_database(template, f"empty_{worker_id}")
    async with running(Settings(data_dir=tmp_path, _env_file=None), where=where) as built:
        yield built


@pytest.fixture
def owner_connection(where: Addresses) -> Iterator[psycopg.Connection]:
    """A connection as the owner of the tables: sees past row-level security, for assertions only."""
    with psycopg.connect(where.migrating, autocommit=True) as connection:
        yield connection
