"""`colloquy doctor`: every part, what is a fallback, what is wrong and what to do."""

import base64
import json
import secrets
import shutil
from types import SimpleNamespace

import psycopg
import pytest
from tests.providers.antivirus import daemon
from tests.providers.mail.post_office import open_post_office

from colloquy.cli import findings

PARTS = [
    "Database",
    "Mail",
    "Virus scanner",
    "Speech",
    "Model",
    "Models",
    "Interviewer",
    "ffmpeg",
    "Outbound",
    "Storage",
    "Backups",
    "Secret",
    "Media key",
    "Pages",
]


@pytest.fixture
def doctor(colloquy, empty_address):
    """`await doctor()`: exit status and findings by part, over a database of its own."""

    async def run(**settings):
        database = {
            "COLLOQUY_DATABASE_URL": empty_address.serving,
            "COLLOQUY_MIGRATION_URL": empty_address.migrating,
        }
        result = await colloquy("doctor", "--json", **{**database, "COLLOQUY_RECOGNISER": "pocketsphinx", **settings})
        assert result.exit_code in {0, 1}, result.output
        return result.exit_code, {finding["part"]: finding for finding in json.loads(result.stdout)}

    return run


async def test_a_healthy_installation(doctor):
    status, found = await doctor()

    assert status == 0
    assert list(found) == PARTS
    assert {part: finding["status"] for part, finding in found.items() if finding["status"] != "ok"} == {
        "Mail": "fallback",
        "Virus scanner": "fallback",
        "Backups": "fallback",
    }
    assert "PostgreSQL 18" in found["Database"]["text"]
    assert "tenants kept apart by row-level security; up to date" in found["Database"]["text"]
    assert "pocketsphinx" in found["Speech"]["text"]
    assert "nobody receives them" in found["Mail"]["text"]


async def test_people_read_the_same_as_a_list(colloquy, empty_address):
    result = await colloquy(
        "doctor",
        COLLOQUY_DATABASE_URL=empty_address.serving,
        COLLOQUY_MIGRATION_URL=empty_address.migrating,
        COLLOQUY_RECOGNISER="pocketsphinx",
    )

    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines() if not line.startswith(" ")]
    first_words, names = [line[0] for line in lines], [line[1] for line in lines]
    statuses = dict(zip(names, first_words, strict=True))
    fallbacks = {name for name, word in statuses.items() if word == "fallback"}
    assert fallbacks == {"Mail", "Virus", "Backups"}
    assert set(first_words) == {"OK", "fallback"}
    assert "Set COLLOQUY_MAILER=smtp" in result.stdout


async def test_a_database_that_does_not_answer(doctor):
    status, found = await doctor(
        COLLOQUY_DATABASE_URL="postgresql://nobody@127.0.0.1:9/none", COLLOQUY_MIGRATION_URL=""
    )

    assert status == 1
    assert found["Database"]["status"] == "problem"
    assert "COLLOQUY_DATABASE_URL" in found["Database"]["advice"]
    assert found["Storage"]["status"] == "ok", "the other parts are looked at all the same"


async def test_a_database_from_a_newer_version(doctor, empty_address):
    with psycopg.connect(empty_address.migrating, autocommit=True) as connection:
        connection.execute("update alembic_version set version_num = '9999'")

    status, found = await doctor()

    assert status == 1
    assert "9999" in found["Database"]["text"]


async def test_a_database_that_was_never_used_is_no_problem(doctor, empty_address):
    with psycopg.connect(empty_address.migrating, autocommit=True) as connection:
        connection.execute("drop table alembic_version")

    status, found = await doctor()

    assert status == 0
    assert "the next start brings it up to date" in found["Database"]["text"]


async def test_a_role_that_sees_past_tenants(doctor, empty_address):
    with psycopg.connect(empty_address.migrating, autocommit=True) as connection:
        connection.execute("create table left_behind (id int)")
        connection.execute("alter table left_behind owner to colloquy_app")

    status, found = await doctor()

    assert status == 1
    assert "owns 1 tables" in found["Database"]["text"]


async def test_a_mail_server_that_answers(doctor):
    async with open_post_office() as office:
        status, found = await doctor(
            COLLOQUY_MAILER="smtp", COLLOQUY_SMTP_HOST="127.0.0.1", COLLOQUY_SMTP_PORT=str(office.port)
        )

    assert status == 0
    assert found["Mail"]["status"] == "ok"
    assert found["Mail"]["text"].endswith("answers")
    assert office.received == []


async def test_a_mail_server_that_is_not_there(doctor):
    status, found = await doctor(COLLOQUY_MAILER="smtp", COLLOQUY_SMTP_HOST="127.0.0.1", COLLOQUY_SMTP_PORT="9")

    assert status == 1
    assert "cannot be reached" in found["Mail"]["text"]


async def test_without_a_virus_scanner_it_says_so(doctor):
    _status, found = await doctor()

    assert "not scanned for viruses" in found["Virus scanner"]["text"]
    assert "COLLOQUY_CLAMD" in found["Virus scanner"]["advice"]


async def test_a_virus_scanner_that_answers(doctor, tmp_path):
    if daemon.CLAMD is None:
        pytest.skip(daemon.NO_CLAMD)
    with daemon.clamd(tmp_path, tcp=True) as address:
        status, found = await doctor(COLLOQUY_CLAMD=address)

    assert status == 0
    assert found["Virus scanner"]["status"] == "ok"
    assert found["Virus scanner"]["text"].startswith("ClamAV ")


async def test_a_virus_scanner_that_is_not_there(doctor):
    status, found = await doctor(COLLOQUY_CLAMD="127.0.0.1:9")

    assert status == 1
    assert "does not answer" in found["Virus scanner"]["text"]
    assert "files wait" in found["Virus scanner"]["advice"]


async def test_an_address_of_a_virus_scanner_that_is_none(colloquy):
    result = await colloquy("doctor", COLLOQUY_CLAMD="clamd")

    assert result.exit_code == 1
    assert "COLLOQUY_CLAMD" in result.output


async def test_a_password_that_would_travel_in_the_clear(doctor):
    status, found = await doctor(
        COLLOQUY_MAILER="smtp",
        COLLOQUY_SMTP_HOST="mail.example.org",
        COLLOQUY_SMTP_USERNAME="me",
        COLLOQUY_SMTP_PASSWORD="secret",
    )

    assert status == 1
    assert "in the clear" in found["Mail"]["text"]


async def test_a_recogniser_that_cannot_be_had(doctor):
    status, found = await doctor(COLLOQUY_RECOGNISER="openai")

    assert status == 1
    assert "needs a key" in found["Speech"]["text"]


async def test_recordings_whose_key_is_lost(doctor, tmp_path):
    (tmp_path / "var" / "media" / "some-tenant").mkdir(parents=True)

    status, found = await doctor()

    assert status == 1
    assert "only it opens" in found["Media key"]["text"]
    assert not (tmp_path / "var" / "keys").exists(), "looking makes no key"


async def test_keys_that_others_can_read(doctor, tmp_path):
    keys = tmp_path / "var" / "keys"
    keys.mkdir(parents=True)
    for name in ("secret", "media"):
        (keys / name).write_bytes(base64.b64encode(secrets.token_bytes(32)))
        (keys / name).chmod(0o644)

    status, found = await doctor()

    assert status == 1
    assert [part for part, finding in found.items() if finding["status"] == "problem"] == ["Secret", "Media key"]
    assert "chmod 600" in found["Secret"]["advice"]


async def test_a_key_that_is_none(doctor):
    status, found = await doctor(COLLOQUY_SECRET_KEY="short")

    assert status == 1
    assert "COLLOQUY_SECRET_KEY" in found["Secret"]["text"]


async def test_a_folder_that_cannot_be_written(doctor, tmp_path):
    (tmp_path / "var").write_text("a file where the folder should be")

    status, found = await doctor()

    assert status == 1
    assert "COLLOQUY_DATA_DIR" in found["Storage"]["advice"]


async def test_a_disk_that_is_nearly_full(doctor, monkeypatch):
    usage = SimpleNamespace(total=10 << 30, used=9 << 30, free=1 << 30)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)

    status, found = await doctor()

    assert status == 1
    assert "1.0 GiB free" in found["Storage"]["text"]


async def test_settings_that_cannot_be_understood(colloquy):
    result = await colloquy("doctor", COLLOQUY_PORT="eighty", COLLOQUY_MAILER="pigeons")

    assert result.exit_code == 1
    assert "COLLOQUY_PORT" in result.stdout
    assert "COLLOQUY_MAILER" in result.stdout


async def test_a_language_model_is_named_with_where_words_go(doctor):
    status, found = await doctor(COLLOQUY_LLM="ollama:qwen3")

    assert status == 0
    assert found["Interviewer"]["text"] == "ollama:qwen3 at http://127.0.0.1:11434/v1: on this machine"


async def test_a_language_model_without_its_key_is_a_problem(doctor):
    status, found = await doctor(COLLOQUY_LLM="openai:gpt-5-mini")

    assert status == 1
    assert found["Interviewer"]["status"] == "problem"
    assert "COLLOQUY_LLM_KEY" in found["Interviewer"]["text"]


@pytest.mark.parametrize(
    ("allow", "status", "named", "credentials"),
    [
        (None, "ok", "public internet only", False),
        ("8.8.8.8:53, 2606:4700::/32", "ok", "public internet only", False),
        ("10.20.0.0/16, 8.8.8.8", "warning", "lead to 10.20.0.0/16", False),
        ("localhost:11434 keycloak.example.lan", "warning", "localhost:11434, keycloak.example.lan", False),
        ("0.0.0.0/0", "warning", "0.0.0.0/0", True),
        ("169.254.169.254:80", "warning", "169.254.169.254:80;", True),
        ("[fd00::1]:8080", "warning", "[fd00::1]:8080", False),
        ("http://inside", "problem", "COLLOQUY_OUTBOUND_ALLOW", False),
    ],
)
def test_what_is_opened_to_the_inside_is_warned_of(allow, status, named, credentials):
    found = findings.outbound(SimpleNamespace(outbound_allow=allow))
    assert (found.status, named in found.text, "credentials" in found.text) == (status, True, credentials), found


async def test_a_warning_is_no_failure(doctor):
    status, found = await doctor(COLLOQUY_OUTBOUND_ALLOW="10.0.0.0/8")
    assert (status, found["Outbound"]["status"]) == (0, "warning")
    assert "single machines" in found["Outbound"]["advice"]
