"""`colloquy up`: from an empty folder to a page that answers, and gracefully down again."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(folder, port, **settings):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COLLOQUY_")}
    own = {"COLLOQUY_DATA_DIR": str(folder / "var"), "COLLOQUY_PORT": str(port), "COLLOQUY_RECOGNISER": "pocketsphinx"}
    return {**kept, **own, **settings}


def _command(name):
    return [sys.executable, "-m", "colloquy", name]


def test_an_empty_folder_becomes_a_product_that_stops_gracefully(tmp_path, free_port):
    env = _environment(tmp_path, free_port)
    output = tmp_path / "output"
    with output.open("w") as file:
        process = subprocess.Popen(_command("up"), cwd=tmp_path, env=env, stdout=file, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 120
            while "Ctrl+C" not in output.read_text():
                assert process.poll() is None, output.read_text()
                assert time.monotonic() < deadline, output.read_text()
                time.sleep(0.1)

            with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/set-up") as page:
                assert page.status == 200
            second = subprocess.run(_command("up"), cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        finally:
            process.send_signal(signal.SIGINT)
            status = process.wait(60)

    said = re.sub(r"\s+", " ", output.read_text())
    assert f"Colloquy is ready at http://127.0.0.1:{free_port}" in said
    assert f"set up your organisation at http://127.0.0.1:{free_port}/set-up" in said
    assert "PostgreSQL 18" in said
    assert "pocketsphinx" in said
    assert "nobody receives them (fallback)" in said
    assert "Traceback" not in said
    assert status == 0
    assert said.strip().endswith("`colloquy up` goes on from here.")
    assert second.returncode == 1
    assert f"COLLOQUY_PORT={free_port + 1}" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("name", ["up", "web", "everything"])
async def test_a_port_that_is_taken(colloquy, name):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        result = await colloquy(name, COLLOQUY_PORT=str(other.getsockname()[1]))

    assert result.exit_code == 1
    assert "COLLOQUY_PORT" in result.stderr


async def test_an_address_that_is_not_ours(colloquy):
    result = await colloquy("up", COLLOQUY_HOST="no.such.host.invalid")

    assert result.exit_code == 1
    assert "COLLOQUY_HOST" in result.stderr


async def test_a_setting_that_cannot_be_understood(colloquy):
    result = await colloquy("up", COLLOQUY_PORT="eighty")

    assert result.exit_code == 2
    assert "COLLOQUY_PORT" in result.stderr


def test_a_database_that_does_not_answer(tmp_path, free_port):
    env = _environment(tmp_path, free_port, COLLOQUY_DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")

    done = subprocess.run(_command("up"), cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "COLLOQUY_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


HEAVY = "numpy httpx snowballstemmer babel alembic pocketsphinx aiosmtplib"


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("colloquy.cli.main", f"sqlalchemy fastapi pydantic psycopg {HEAVY}"),
        ("colloquy.roles.process", HEAVY),
    ],
)
def test_the_start_leaves_heavy_libraries_alone(module, absent):
    """A second start is ready within 3 s; each of these takes a tenth of a second or more to import."""
    look = f"import sys, {module}; print(*(name for name in {absent.split()} if name in sys.modules))"

    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
