"""Rotating and retiring keys, over a product with something sealed in every column."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.factories.candidates import begin
from tests.factories.interviews import VIDEO, publish_interview
from tests.providers.secrets.conftest import Vault
from typer.testing import CliRunner

from colloquy.cli import app
from colloquy.contexts.identity import public as identity
from colloquy.kit import clock, sealed
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id
from colloquy.providers.storage.master_key import MasterKey, master_key
from colloquy.providers.storage.obstore import local_objects
from colloquy.providers.storage.port import WrongMasterKey
from colloquy.providers.storage.spool_local import LocalSpool
from colloquy.roles.sealed import SEALED

OLD, NEW = b"o" * 32, b"n" * 32


@pytest.fixture
async def filled(runtime, api, make_organisation, sign_in):
    """An organisation with sealed columns: (organisation, made interview)."""
    organisation = await make_organisation()
    made = await publish_interview(runtime, organisation, VIDEO)
    candidate = await begin(api, made.token)
    await candidate.agree()
    await candidate.open_take((await candidate.room())["question"])
    await api.post(f"/api/public/interview/{made.token}/continue", json={"email": "ada@example.com"})
    await sign_in(organisation, identity.Role.OWNER)
    invited = await api.post("/api/team/invitations", json={"email": "new@example.com", "role": "reviewer"})
    assert invited.status_code == 201
    key = {"vendor": "openai", "label": "main", "key": "sk-" + "a" * 40}
    added = await api.post("/api/model-keys", json=key)
    assert added.status_code == 201, added.text
    return organisation, made


async def columns_of(runtime, organisation):
    """column -> sealed bytes of this organisation's rows"""
    found = {}
    async with runtime.database.begin(organisation.scope) as db:
        for column in SEALED:
            if column.tenant:
                rows = await db.execute(text(f"select {column.column} from {column.table}"))
                found[column.name] = [bytes(row[0]) for row in rows if row[0] is not None]
    return found


async def test_everything_that_is_sealed_is_sealed_again_and_opens_by_the_new_secret_alone(runtime, filled):
    organisation, _made = filled
    secret = runtime.provided.get(Secret)
    old = secret._all[0].material
    after = Secret(new := new_id().bytes * 2, old)
    before = await columns_of(runtime, organisation)
    assert {name for name, rows in before.items() if rows} >= {
        "colleague_invitations.sealed_token", "interview_links.token_sealed", "model_keys.sealed",
        "session_codes.code_sealed", "session_codes.token_sealed", "takes.upload_sealed",
    }  # fmt: skip
    seen = [progress async for progress in sealed.reseal(runtime.database, after, SEALED)]
    try:
        assert sum(progress.unreadable for progress in seen) == 0
        assert await sealed.left(runtime.database, after, SEALED) == {}
        resealed = await columns_of(runtime, organisation)
        alone = Secret(new)
        for name, rows in resealed.items():
            assert all(row.startswith(alone.mark) for row in rows), name
            assert len(rows) == len(before[name]), name
        assert [one async for one in sealed.reseal(runtime.database, after, SEALED)] == []
    finally:  # the worker's product goes on with the secret it has
        async for _ in sealed.reseal(runtime.database, Secret(old, new), SEALED):
            pass


async def test_a_row_that_no_secret_opens_is_counted_and_left(runtime, filled):
    organisation, _made = filled
    async with runtime.database.begin(organisation.scope) as db:
        await db.execute(text("update interview_links set token_sealed = :other"), {"other": b"x" * 60})
    secret = runtime.provided.get(Secret)
    only = [column for column in SEALED if column.table == "interview_links"]
    seen = [one async for one in sealed.reseal(runtime.database, secret, only)]
    assert sum(one.unreadable for one in seen) >= 1
    assert (await columns_of(runtime, organisation))["interview_links.token_sealed"] == [b"x" * 60]
    assert (await sealed.left(runtime.database, secret, only))["interview_links.token_sealed"] >= 1


async def test_tokens_of_before_a_rotation_are_good_until_they_expire(runtime, make_organisation):
    from colloquy.contexts.identity.service import access_tokens

    claims = access_tokens.Claims(new_id(), new_id(), "owner", new_id())
    token = access_tokens.issue(Secret(OLD), claims)
    assert access_tokens.read(Secret(NEW, OLD), token) == claims
    assert access_tokens.read(Secret(NEW), token) is None
    with clock.travelled(timedelta(minutes=16)):
        assert access_tokens.read(Secret(NEW, OLD), token) is None


async def test_recordings_of_before_a_rotation_stay_readable_and_are_counted(tmp_path):
    objects = local_objects(tmp_path / "media", MasterKey(OLD))
    await objects.put_bytes("a/one", b"first")
    spool = LocalSpool(tmp_path / "uploads", MasterKey(OLD))
    await spool.create("u" * 22)
    rotated = local_objects(tmp_path / "media", master_key((NEW, OLD)))
    await rotated.put_bytes("a/two", b"second")
    assert [b"".join([piece async for piece in rotated.read(key)]) for key in ("a/one", "a/two")] == [
        b"first",
        b"second",
    ]
    assert await rotated.key_ids() == {MasterKey(OLD).key_id: 1, MasterKey(NEW).key_id: 1}
    both = LocalSpool(tmp_path / "uploads", master_key((NEW, OLD)))
    assert await both.offset("u" * 22) == 0
    assert await both.key_ids() == {MasterKey(OLD).key_id: 1}
    with pytest.raises(WrongMasterKey):
        await local_objects(tmp_path / "media", MasterKey(NEW)).read("a/one").__anext__()


@pytest.fixture
def vault():
    """A key management service, answering."""
    with Vault().answering() as server:
        yield server


@pytest.fixture
def colloquy(tmp_path, empty_address, monkeypatch):
    """`colloquy("keys", "rotate")`: the command over an installation of its own."""
    for name in ("SECRET_KEY", "MEDIA_KEY"):
        monkeypatch.delenv(f"COLLOQUY_{name}", raising=False)
    monkeypatch.setenv("COLLOQUY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLLOQUY_DATABASE_URL", empty_address.serving)
    monkeypatch.setenv("COLLOQUY_MIGRATION_URL", empty_address.migrating)
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        # In a thread: the commands bring an event loop of their own, and this test runs inside one.
        return CliRunner().invoke(app, list(arguments))

    return run


def test_rotate_then_retire(colloquy, tmp_path):
    path = tmp_path / "keys" / "secret"
    assert "Secret: one key" in colloquy("keys", "status").stdout
    first = path.read_text().splitlines()
    rotated = colloquy("keys", "rotate")
    assert rotated.exit_code == 0, rotated.output
    assert len(path.read_text().splitlines()) == 2
    assert path.read_text().splitlines()[1:] == first
    assert "Secret: 2 keys" in colloquy("keys", "status").stdout
    retired = colloquy("keys", "retire")
    assert retired.exit_code == 0, retired.output
    assert "1 retired" in retired.stdout
    assert len(path.read_text().splitlines()) == 1
    assert path.read_text().splitlines() != first
    assert "nothing to retire" in colloquy("keys", "retire").stdout


def test_a_media_key_is_not_retired_while_recordings_need_it(colloquy, tmp_path):
    import asyncio

    from colloquy.providers.storage.master_key import load_master_key

    colloquy("keys", "status")
    key = load_master_key(None, tmp_path / "keys" / "media")
    objects = local_objects(tmp_path / "media", key)
    asyncio.run(objects.put_bytes("a/b", b"film"))
    assert colloquy("keys", "rotate", "--media").exit_code == 0
    assert f"under the earlier key {key.key_id.hex()}: 1" in colloquy("keys", "status").stdout
    refused = colloquy("keys", "retire", "--media")
    assert (refused.exit_code, "1 recordings lie under earlier keys" in refused.output) == (1, True)
    asyncio.run(objects.delete("a/b"))
    assert colloquy("keys", "retire", "--media").exit_code == 0


def test_keys_in_variables_are_the_operators(colloquy, monkeypatch):
    monkeypatch.setenv("COLLOQUY_SECRET_KEY", base64.b64encode(OLD).decode())
    refused = colloquy("keys", "rotate")
    assert (refused.exit_code, "yours to set" in refused.output) == (1, True)
    assert base64.b64encode(OLD).decode() not in refused.output
    monkeypatch.setenv("COLLOQUY_SECRET_KEY", f"{base64.b64encode(NEW).decode()},{base64.b64encode(OLD).decode()}")
    assert colloquy("keys", "reseal").exit_code == 0


def test_files_are_moved_under_a_key_service(colloquy, tmp_path, monkeypatch, vault):
    colloquy("keys", "status")
    before = (tmp_path / "keys" / "secret").read_text()
    assert colloquy("keys", "wrap").exit_code == 2
    monkeypatch.setenv("COLLOQUY_VAULT_URL", vault.address)
    assert "needs COLLOQUY_VAULT_TOKEN" in colloquy("keys", "wrap").output
    token = tmp_path / "token"
    token.write_text("hvs.CAESIstand-in\n")
    monkeypatch.setenv("COLLOQUY_VAULT_TOKEN_FILE", str(token))
    wrapped = colloquy("keys", "wrap")
    assert wrapped.exit_code == 0, wrapped.output
    after = (tmp_path / "keys" / "secret").read_text()
    assert after.startswith("vault:v1:")
    assert before.strip() not in after
    vault.versions.append(b"2" * 32)
    assert "1 wrapped again" in colloquy("keys", "rewrap").stdout
    assert (tmp_path / "keys" / "media").read_text().startswith("vault:v2:")
    assert colloquy("keys", "rotate").exit_code == 0
