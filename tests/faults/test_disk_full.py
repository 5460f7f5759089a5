"""R5: a disk is full, under uploads or under the database and its log.

What arrives meanwhile is refused with 507 or 503 and words, nothing acknowledged is lost, and when there is room again
all goes on by itself. Each disk is a small file system in memory with a file in it that takes the room; mounting one
needs root. The short form fills one of them once, `make faults` (COLLOQUY_FAULTS=long) each five times.
"""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg
import pytest
from tests.factories.identity import make_organisation
from tests.faults import candidates, stubborn
from tests.faults.installed import beside, installation_folder, installed
from tests.faults.ledger import Findings, Ledger, findings, settle
from tests.faults.stubborn import Told

MIB = 1 << 20


def _may_mount() -> bool:
    if os.geteuid() != 0:
        return False
    with installation_folder() as folder:
        done = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True, check=False)
        if done.returncode == 0:
            subprocess.run(["umount", str(folder)], check=True)
        return done.returncode == 0


pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(3600),
    pytest.mark.xdist_group("faults"),
    pytest.mark.skipif(not _may_mount(), reason="only root may mount the small disks that this fills"),
]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
ONLY_LONG = pytest.mark.skipif(not LONG, reason="long form: make faults")
TIMES = int(os.environ.get("COLLOQUY_FAULTS_TIMES", "5" if LONG else "1"))
FULL_SECONDS = 6.0
NOTICED_SECONDS = 30.0
HEALS_SECONDS = 60.0
DISKS = {"recordings": ("uploads", 24), "database": ("postgres", 240)}
"""Where each disk lies and how many MiB it has."""


class SmallDisk:
    """A file system of its own that can be filled to the last block and emptied again."""

    def __init__(self, path, mib):
        self._path, self._ballast = path, path / "ballast"
        path.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0755", "tmpfs", str(path)], check=True)

    def fill(self):
        """Takes what is left, again and again: writers give blocks back meanwhile."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (MIB, 4096):
                with suppress(OSError):
                    while True:
                        file.write(bytes(size))

    def free(self):
        """There is room again."""
        self._ballast.unlink(missing_ok=True)

    def gone(self):
        """Unmounted, also while somebody has a file open in it."""
        subprocess.run(["umount", "-l", str(self._path)], check=False)


@contextmanager
def small_disk(path, mib):
    made = SmallDisk(path, mib)
    try:
        yield made
    finally:
        made.gone()


@dataclass
class Seen:
    """What came of one run."""

    told: Told
    found: Findings
    healed: float

    def check(self) -> None:
        """The promise."""
        assert not self.told.wrong, f"clients were told {dict(self.told.wrong)}"
        self.found.check()
        assert self.healed <= HEALS_SECONDS, f"healed after {self.healed:.0f} s"


async def _run(folder, ledger, disk_name, *, broken="", times=TIMES, spoken=True):
    where, mib = DISKS[disk_name]
    told, healed = Told(), 0.0
    with small_disk(folder / where, mib) as disk, installed(folder, broken=broken) as product:
        async with beside(product) as runtime:
            organisation = await make_organisation(runtime.database)
            crowd = await candidates.crowd(runtime, organisation, None)

        async def one(made, *, spoken):
            await stubborn.answer(product.address, told, made, ledger, spoken=spoken)

        await one(crowd.written, spoken=False)
        for _ in range(times):
            disk.fill()
            clients = [asyncio.create_task(one(crowd.written, spoken=False)) for _ in range(2)]
            if spoken:
                clients.append(asyncio.create_task(one(crowd.spoken, spoken=True)))
            # So long, and until somebody has noticed: on a busy machine that takes a while.
            began, before = time.monotonic(), told.refused
            while time.monotonic() - began < FULL_SECONDS or (
                told.refused == before and not told.wrong and time.monotonic() - began < NOTICED_SECONDS
            ):
                if disk_name == "database":
                    await asyncio.to_thread(_write_to, product)
                await asyncio.to_thread(disk.fill)
                await asyncio.sleep(0.1)
            disk.free()
            freed = time.monotonic()
            await asyncio.to_thread(product.back, HEALS_SECONDS)
            await asyncio.gather(*clients)
            await asyncio.to_thread(settle, product.where, [organisation.id], HEALS_SECONDS + 30)
            healed = max(healed, time.monotonic() - freed)
        async with beside(product) as runtime:
            found = await findings(runtime, product.where, ledger, [organisation.id])
    return Seen(told, found, healed)


def _write_to(product):
    """Makes the database need room: of its log as well, a segment at a time."""
    with (
        suppress(psycopg.Error, OSError, IndexError, ValueError),
        psycopg.connect(product.where.migrating, autocommit=True, connect_timeout=2) as owner,
    ):
        owner.execute("create table if not exists ballast (words text)")
        owner.execute("insert into ballast select repeat(md5(n::text), 60) from generate_series(1, 20000) n")


@pytest.fixture
def ledger(tmp_path):
    made = Ledger(tmp_path / "ledger")
    yield made
    made.close()


@pytest.fixture
def folder():
    with installation_folder() as made:
        yield made


@pytest.mark.parametrize("disk", DISKS if LONG else ["recordings"])
async def test_a_full_disk_refuses_loses_nothing_and_heals(folder, ledger, disk, measured):
    seen = await _run(folder, ledger, disk)
    measured(
        f"R5: disk of the {disk} full {TIMES} times: refused with 507/503, 0 acknowledged lost, heals by itself ≤60 s",
        f"{seen.told.said()}; {seen.found.said()}; everything done {seen.healed:.0f} s after there was room (most)",
    )
    seen.check()
    assert seen.told.refused > 0, "nobody noticed anything"


# From here on the protections are taken away, one by one; the same findings must say that something is wrong.


UNTRANSLATED = """
from colloquy.kit.http import problem
problem.outage = lambda error: None
problem._PASSING = ()
"""


@ONLY_LONG
async def test_without_the_translation_clients_see_500(folder, ledger):
    seen = await _run(folder, ledger, "recordings", broken=UNTRANSLATED, times=1)

    with pytest.raises(AssertionError, match=r"clients were told .*500"):
        seen.check()


def test_a_small_disk_is_full_when_it_is_filled(folder):
    with small_disk(folder / "small", 2) as disk:
        disk.fill()
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            (folder / "small" / "more").write_bytes(bytes(8192))
        disk.free()
        (folder / "small" / "more").write_bytes(bytes(8192))
