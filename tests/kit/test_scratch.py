"""Scratch of killed work goes after a day; what somebody works in, and what is not ours, never."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest

from colloquy.kit import scratch
from colloquy.roles import worker

WORKS = """
import sys, time
from colloquy.kit.scratch import scratch
with scratch() as folder:
    (folder / "original").write_bytes(b"a candidate's recording")
    (folder / "inside").mkdir()
    print(folder, flush=True)
    time.sleep(600)
"""
TWO_DAYS = 2 * 86_400


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """The place for temporary files, of this test alone."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield tmp_path
    tempfile.tempdir = None


def age(folder, seconds=TWO_DAYS):
    then = (time.time() - seconds,) * 2
    for path in (*folder.rglob("*"), folder):
        os.utime(path, then, follow_symlinks=False)


@pytest.fixture
def working():
    """Somebody at work in scratch: the process and its folder."""
    process = subprocess.Popen([sys.executable, "-c", WORKS], stdout=subprocess.PIPE, text=True)
    folder = Path(process.stdout.readline().strip())
    yield process, folder
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_folder_is_there_for_the_work_and_gone_after_it(place):
    with scratch.scratch() as folder:
        (folder / "wav").write_bytes(b"x")
        assert folder.parent == place
        assert folder.stat().st_mode & 0o077 == 0
    with pytest.raises(ZeroDivisionError), scratch.scratch() as failed:
        raise ZeroDivisionError
    assert not folder.exists()
    assert not failed.exists()


def test_what_a_killed_process_left_is_removed_after_a_day(working):
    process, folder = working
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert scratch.sweep() == 0, "it is not a day old"
    age(folder)
    assert scratch.sweep() == 1
    assert not folder.exists()


def test_what_somebody_works_in_stays_however_old(working):
    _process, folder = working
    age(folder)
    assert scratch.sweep() == 0
    assert sorted(one.name for one in folder.iterdir()) == [scratch.MARK, "inside", "original"]


def test_one_fresh_file_keeps_it(working):
    process, folder = working
    process.kill()
    process.wait()
    age(folder)
    os.utime(folder / "original")
    assert scratch.sweep() == 0


def test_nothing_else_is_touched(place):
    others = [place / name for name in ("colloquy-tests-root", "colloquy-abcd1234", "colloquy-backup", "other")]
    for folder in others:
        folder.mkdir()
        (folder / "precious").write_bytes(b"x")
    (place / "other" / scratch.MARK).touch()  # marked, and of another name
    file = place / "colloquy-file"
    file.write_bytes(b"x")
    precious = place / "home"
    precious.mkdir()
    (precious / scratch.MARK).touch()
    (place / "colloquy-linked").symlink_to(precious)  # of our name, and leads elsewhere
    led = place / "colloquy-led"
    led.mkdir()
    (led / scratch.MARK).symlink_to(precious / scratch.MARK)
    for one in (*others, precious, led):
        age(one)
    os.utime(file, (time.time() - TWO_DAYS,) * 2)
    before = sorted(place.rglob("*"))
    assert scratch.sweep() == 0
    assert sorted(place.rglob("*")) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another account's folder")
def test_another_accounts_scratch_is_theirs(place):
    theirs = place / "colloquy-theirs12"
    theirs.mkdir()
    (theirs / scratch.MARK).touch()
    os.chown(theirs, 65534, 65534)
    age(theirs)
    assert scratch.sweep() == 0
    assert theirs.exists()


async def test_a_worker_looks_as_it_starts(runtime, working):
    process, folder = working
    process.kill()
    process.wait()
    age(folder)
    running = asyncio.create_task(worker.run(runtime))
    async with asyncio.timeout(20):
        while folder.exists():  # noqa: ASYNC110 - there is nothing to wait on
            await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_a_day_is_what_is_waited_for():
    assert timedelta(days=1) == scratch.LEFT
