"""What every test stands on: a real PostgreSQL with real migrations, and no network but loopback.

One embedded server serves all runs and all workers; the migrated database is a template named after the
migrations' content, and each worker copies it. Tests do not clean up after themselves: each makes its own
organisation, and row-level security keeps them apart as it keeps tenants apart.
"""

from __future__ import annotations

import asyncio
import getpass
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from filelock import FileLock
from sqlalchemy.engine import make_url
from tests.factories import identity as makers
from tests.factories import work

from colloquy.contexts.identity.public import Actor, Permission, Role
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.ids import new_id
from colloquy.roles import migrate, postgres
from colloquy.roles.runtime import Addresses, Runtime, running
from colloquy.roles.web import application
from colloquy.settings import Settings

os.environ.setdefault("COLLOQUY_LIMITS", "false")  # tests/edge looks at limits; elsewhere one test is a crowd
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
    mine = {asyncio.current_task()}
    for _ in range(20):  # what is just ending may end
        await asyncio.sleep(0)
        left = [task for task in asyncio.all_tasks() - before - mine if not task.done()]
        if not left:
            break
        await asyncio.sleep(0.1)
    assert not left, f"tasks left running: {left}"


CONNECTIONS = 300
"""Several products at once, each with its pools, and the tests' own; the server's own limit is for one product."""


def _make_room(migrating: str) -> bool:
    """Whether the server has to be started again to let so many connections in."""
    with psycopg.connect(migrating, autocommit=True) as connection:
        found = connection.execute("show max_connections").fetchone()
        if found is None or int(found[0]) >= CONNECTIONS:
            return False
        connection.execute(f"alter system set max_connections = {CONNECTIONS}".encode())
        return True


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Addresses:
    """The server with a freshly migrated template database."""
    SERVER.mkdir(exist_ok=True)
    name = f"template_{_migrations_hash()}"
    with FileLock(str(SERVER / "lock")):
        serving, migrating = postgres.start(SERVER, name)
        if _make_room(migrating):
            postgres.stop(SERVER)
            serving, migrating = postgres.start(SERVER, name)
        if migrate.current(migrating) != migrate.newest():
            migrate.migrate(migrating)
        _drop_those_left_behind(migrating)
    return Addresses(serving, migrating, embedded=True)


def _drop_those_left_behind(address: str) -> None:
    """Databases end in the id of the run that made them; a run that was killed could not drop its own."""
    with psycopg.connect(address, autocommit=True) as connection:
        names = connection.execute(r"select datname from pg_database where datname ~ '^(test|empty)_.*_\d+$'")
        for (name,) in names.fetchall():
            if not Path(f"/proc/{name.rpartition('_')[2]}").exists():
                connection.execute(f'drop database if exists "{name}" with (force)'.encode())


def _migrations_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted((migrate.MIGRATIONS / "versions").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def copy_database(template: Addresses, name: str) -> Addresses:
    """A new database, a copy of the template. It is named `name` and this run, so that runs do not meet."""
    name = f"{name}_{os.getpid()}"
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


def drop_database(template: Addresses, made: Addresses) -> None:
    """Removes a copy; connections that are still open are cut."""
    admin = make_url(template.migrating).set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'drop database if exists "{make_url(made.migrating).database}" with (force)'.encode())


@pytest.fixture(scope="session")
def where(template: Addresses, worker_id: str) -> Iterator[Addresses]:
    """This worker's own database."""
    made = copy_database(template, f"test_{worker_id}")
    yield made
    drop_database(template, made)


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
def empty_address(template: Addresses, worker_id: str) -> Iterator[Addresses]:
    """A database that nobody has used yet, for first-run tests."""
    made = copy_database(template, f"empty_{worker_id}")
    yield made
    drop_database(template, made)


@pytest.fixture
async def empty_runtime(empty_address: Addresses, tmp_path: Path) -> AsyncIterator[Runtime]:
    """A product over `empty_address`."""
    async with running(Settings(data_dir=tmp_path, _env_file=None), where=empty_address) as built:
        yield built


@pytest.fixture
def owner_connection(where: Addresses) -> Iterator[psycopg.Connection]:
    """A connection as the owner of the tables: sees past row-level security, for assertions only."""
    with psycopg.connect(where.migrating, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def app(runtime: Runtime) -> FastAPI:
    """The web application over `runtime`, as the web role serves it."""
    return application(runtime)


@pytest.fixture
def transport(app: FastAPI) -> httpx.ASGITransport:
    """The way to `app` from a network address of this test alone: wrong passwords are counted by it."""
    address = ".".join(str(part) for part in (10, *new_id().bytes[-3:]))
    return httpx.ASGITransport(app, client=(address, 50_000))


@pytest.fixture
async def api(transport: httpx.ASGITransport) -> AsyncIterator[httpx.AsyncClient]:
    """A program: no cookies kept in the way of a browser, signed in by `sign_in`."""
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.fixture
def make_organisation(database: Database) -> Callable[..., Awaitable[makers.MadeOrganisation]]:
    """`await make_organisation()`: an organisation (`id`, `scope`, `owner`) of this test alone."""

    async def make(name: str = "Northwind", **kwargs: str) -> makers.MadeOrganisation:
        return await makers.make_organisation(database, name, **kwargs)

    return make


@pytest.fixture
def make_member(database: Database) -> Callable[..., Awaitable[Actor]]:
    """`await make_member(organisation, Role.REVIEWER)`: somebody new in the team."""

    async def make(organisation: makers.MadeOrganisation, role: Role, **kwargs: str) -> Actor:
        return await makers.make_member(database, organisation, role, **kwargs)

    return make


Who = makers.MadeOrganisation | Actor


@pytest.fixture
def acting_as(make_member: Callable[..., Awaitable[Actor]]) -> Callable[..., Awaitable[Actor]]:
    """Whom `sign_in` and `browser_client` mean: an actor, an organisation's owner, or its least trusted member
    that has a role or permission."""

    async def find(who: Who, what: Role | Permission | None = None) -> Actor:
        if isinstance(who, Actor):
            return who
        if what is None:
            return who.owner
        role = makers.least_role(what) if isinstance(what, Permission) else what
        known = next((member for member in who.members if member.role is role), None)
        return known or await make_member(who, role)

    return find


@pytest.fixture
def sign_in(
    api: httpx.AsyncClient, runtime: Runtime, acting_as: Callable[..., Awaitable[Actor]]
) -> Callable[..., Awaitable[Actor]]:
    """`await sign_in(organisation)`, `await sign_in(organisation, Role.REVIEWER)`, `await sign_in(organisation,
    Permission.MEDIA_REVIEW)` or `await sign_in(actor)`: `api` is that person's program from now on."""

    async def do(who: Who, what: Role | Permission | None = None) -> Actor:
        actor = await acting_as(who, what)
        secret = runtime.provided.get(Secret)
        api.headers["authorization"] = await makers.bearer(runtime.database, secret, actor)
        return actor

    return do


@pytest.fixture
async def browser_client(
    transport: httpx.ASGITransport, acting_as: Callable[..., Awaitable[Actor]]
) -> AsyncIterator[Callable[..., Awaitable[makers.Browser]]]:
    """`await browser_client()`: a browser nobody is signed in with. `await browser_client(organisation, Role.ADMIN)`:
    one that has gone through the sign-in page, arguments as of `sign_in`."""
    async with AsyncExitStack() as stack:

        async def make(who: Who | None = None, what: Role | Permission | None = None) -> makers.Browser:
            browser = await stack.enter_async_context(makers.Browser(transport=transport, base_url="http://testserver"))
            if who is not None:
                response = await browser.sign_in((await acting_as(who, what)).email)
                assert response.status_code == 303, response.text
            return browser

        yield make


@pytest.fixture
def run_jobs(runtime: Runtime) -> Callable[[], Awaitable[None]]:
    """`await run_jobs()`: everything queued is done, retries at once."""

    async def run() -> None:
        await work.run_jobs(runtime)

    return run


@pytest.fixture
def queued(runtime: Runtime) -> Callable[..., Awaitable[list[str]]]:
    """`await queued(organisation.id)`: names of the organisation's jobs that wait."""

    async def names(org_id: UUID) -> list[str]:
        return await work.queued(runtime, org_id)

    return names
