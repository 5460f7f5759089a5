"""`colloquy audit verify`: says what is wrong, and exits so that a script can tell."""

import asyncio
import os
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from colloquy.cli.main import app
from colloquy.contexts.audit.policy.log import Filter
from colloquy.contexts.audit.service import export
from colloquy.contexts.identity.public import Actor, Role
from colloquy.kit import audit
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id
from colloquy.roles.runtime import running
from colloquy.settings import Settings


@pytest.fixture
def installation(empty_address, tmp_path, monkeypatch):
    """An installation with one organisation's log and an export of it."""
    monkeypatch.setenv("COLLOQUY_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("COLLOQUY_DATABASE_URL", empty_address.serving)
    monkeypatch.setenv("COLLOQUY_MIGRATION_URL", empty_address.migrating)
    scope, file = Scope(new_id()), tmp_path / "audit.jsonl"

    async def make():
        async with running(Settings(_env_file=None)) as runtime:
            for _ in range(5):
                async with runtime.database.begin(scope) as db:
                    audit.note(db, scope, "settings")
            actor = Actor(new_id(), "Olga", "olga@example.org", Role.OWNER, scope)
            secret = runtime.provided.get(Secret)
            begun = await export.begin(runtime.database, secret, actor, Filter(), "jsonl")
            text = "".join([piece async for piece in export.lines(begun)])
            await asyncio.to_thread(file.write_text, text)

    asyncio.run(make())
    return scope, file, empty_address


def verify(*arguments):
    return CliRunner().invoke(app, ["audit", "verify", *arguments])


def test_a_whole_log_is_whole_and_an_edited_one_is_not(installation):
    scope, _file, address = installation
    whole = verify()
    assert (whole.exit_code, whole.stdout) == (0, f"organisation {scope.org_id}: whole. 6 entries, 1 signature.\n")

    with psycopg.connect(address.migrating, autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("update audit_entries set action = 'settingz' where number = 3")
    broken = verify("--org", str(scope.org_id))
    assert broken.exit_code == 1
    assert "broken. Entry 3 was changed" in broken.stdout
    assert "2 entries before it are whole" in broken.stdout


def test_a_file_is_checked_without_a_database(installation, monkeypatch):
    _scope, file, _address = installation
    monkeypatch.setenv("COLLOQUY_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert (verify("--file", str(file)).exit_code, verify("--file", str(file), "--elsewhere").exit_code) == (0, 0)

    text = file.read_text()
    file.write_text(text.replace('"settings"', '"settingz"', 1))
    broken = verify("--file", str(file), "--elsewhere")
    assert broken.exit_code == 1
    assert "Entry 1 was changed" in broken.stdout

    file.write_text(text)
    Path(os.environ["COLLOQUY_DATA_DIR"], "keys", "secret").unlink()
    assert verify("--file", str(file)).exit_code == 1
    assert verify("--file", str(file), "--elsewhere").exit_code == 0


@pytest.mark.parametrize("arguments", [["--org", "x"], ["--witness", "1:00"], ["--witness", f"1:{'00' * 32}"]])
def test_what_cannot_be_understood_is_said(installation, arguments):
    assert verify(*arguments).exit_code == 2


def test_a_witness_that_differs_is_found(installation):
    scope, _file, _address = installation
    seen = verify("--org", str(scope.org_id), "--witness", f"2:{'00' * 32}")
    assert seen.exit_code == 1
    assert "Entry 2 has another hash" in seen.stdout
