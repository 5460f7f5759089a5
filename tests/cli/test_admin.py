"""`colloquy admin create`, run as a person would run it, over a database of its own."""

import asyncio

import pytest
from tests.factories.identity import PASSWORD
from typer.testing import CliRunner

from colloquy.cli import app

ANSWERS = {"organisation": "Northwind", "name": "Olga Owner", "email": "olga@example.com"}


@pytest.fixture
def run(empty_runtime, empty_address, tmp_path, monkeypatch):
    monkeypatch.setenv("COLLOQUY_DATABASE_URL", empty_address.serving)
    monkeypatch.setenv("COLLOQUY_MIGRATION_URL", empty_address.migrating)
    monkeypatch.setenv("COLLOQUY_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    async def do(*, typed=None, password=PASSWORD, **changes):
        options = [f"--{name}={value}" for name, value in {**ANSWERS, **changes}.items()]
        env = {} if password is None else {"COLLOQUY_ADMIN_PASSWORD": password}
        # In a thread: the command starts an event loop of its own.
        return await asyncio.to_thread(CliRunner().invoke, app, ["admin", "create", *options], input=typed, env=env)

    return do


async def _sign_in(runtime, email, password=PASSWORD):
    import httpx

    from colloquy.roles.web import application

    transport = httpx.ASGITransport(application(runtime))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as api:
        return await api.post("/api/auth/login", json={"email": email, "password": password})


async def test_an_organisation_and_its_owner_come_to_be(run, empty_runtime):
    result = await run()
    assert result.exit_code == 0, result.output
    assert "Olga Owner signs in at http://127.0.0.1:8000/sign-in as olga@example.com" in result.output
    assert (await _sign_in(empty_runtime, "olga@example.com")).status_code == 200


async def test_the_password_is_asked_for_twice_and_not_shown(run, empty_runtime):
    result = await run(password=None, typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert (await _sign_in(empty_runtime, "olga@example.com")).status_code == 200


async def test_one_more_organisation_is_fine_and_a_taken_address_is_not(run):
    await run()
    again = await run(organisation="Southwind")
    assert again.exit_code == 1
    assert "Somebody has this e-mail address already" in again.output
    assert (await run(organisation="Southwind", email="sam@example.com")).exit_code == 0


async def test_mistakes_are_told_field_by_field(run):
    result = await run(email="olga", organisation=" ")
    assert result.exit_code == 1
    assert "email: Write an e-mail address like" in result.output
    assert "organisation: Fill this in." in result.output
    weak = await run(password="short")
    assert weak.exit_code == 1
    assert "password: Use at least 12 characters" in weak.output
    assert "Traceback" not in weak.output
