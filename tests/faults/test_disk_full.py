"""R5: a disk is full, under uploads, under the database and its log, or under the folder for temporary files.

What arrives meanwhile is refused with 507 or 503 and words, nothing acknowledged is lost, and when there is room again
all goes on by itself. Temporary files are what recordings are worked on in: there nothing is refused, the work waits,
and no recording is taken for a broken one. Every second time the disk is full in another way: in the middle of an
upload; where the recording itself still fits, and not what is made of it. Each disk is a small file system in memory
with a file in it that takes the room; mounting one needs root. The short form fills one of them once, `make faults`
(COLLOQUY_FAULTS=long) each five times.
"""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from tests.factories.identity import make_organisation
from tests.faults import candidates, stubborn
from tests.faults.installed import Installed, beside, installation_folder, installed
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
DISKS = {"recordings": ("uploads", 24), "database": ("postgres", 240), "scratch": ("scratch", 24)}
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

    def leave(self, size):
        """So many bytes of room, and no more."""
        os.truncate(self._ballast, self._ballast.stat().st_size - size)

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
    noticed: int
    unused: list[str]

    def check(self) -> None:
        """The promise."""
        assert not self.told.wrong, f"clients were told {dict(self.told.wrong)}"
        self.found.check()
        assert not self.unused, f"recordings that came to nothing: {self.unused}"
        assert self.noticed > 0, "nobody noticed anything"
        assert self.healed <= HEALS_SECONDS, f"healed after {self.healed:.0f} s"


@dataclass
class Run:
    """A product on one small disk, and clients who answer while it is full."""

    name: str
    folder: Path
    disk: SmallDisk
    product: Installed
    ledger: Ledger
    crowd: candidates.Crowd
    told: Told
    noticed: int = 0
    healed: float = 0.0

    async def one(self, *, spoken):
        made = self.crowd.spoken if spoken else self.crowd.written
        await stubborn.answer(self.product.address, self.told, made, self.ledger, spoken=spoken)

    async def turn(self, *, other):
        """The disk is filled, and freed when that was noticed. `other`: it is full in another way, see `_fill`."""
        lying = self._uploads()
        midway = other and self.name == "recordings"
        if not midway:
            self._fill(other=other)
        clients = [asyncio.create_task(self.one(spoken=spoken)) for spoken in (False, False, True)]
        if midway:
            async with asyncio.timeout(NOTICED_SECONDS):
                while self._uploads() <= lying:  # noqa: ASYNC110 - a folder has no event to wait for
                    await asyncio.sleep(0.002)
            self._fill(other=other)
        await self._until_noticed()
        self.disk.free()
        freed = time.monotonic()
        await asyncio.to_thread(self.product.back, HEALS_SECONDS)
        await asyncio.gather(*clients)
        await asyncio.to_thread(settle, self.product.where, [self.crowd.org_id], HEALS_SECONDS + 30)
        self.healed = max(self.healed, time.monotonic() - freed)

    def _fill(self, *, other):
        """To the last block; of the scratch folder or, `other`, until the recording still fits and nothing more."""
        self.disk.fill()
        if self.name == "scratch" and other:
            self.disk.leave(candidates.RECORDING.stat().st_size + 20 * 4096)

    async def _until_noticed(self):
        """So long, and until somebody has noticed: on a busy machine that takes a while."""
        began, before = time.monotonic(), self.told.refused
        while True:
            seen = _tried_again(self.product) if self.name == "scratch" else self.told.refused - before
            took = time.monotonic() - began
            if took >= NOTICED_SECONDS or (took >= FULL_SECONDS and (seen or self.told.wrong)):
                self.noticed += seen
                return
            if self.name == "database":
                await asyncio.to_thread(_write_to, self.product)
            if self.name != "scratch":
                await asyncio.to_thread(self.disk.fill)
            await asyncio.sleep(0.1)

    def _uploads(self):
        return {str(one) for one in self.folder.glob("*.upload")}


async def _run(folder, ledger, disk_name, *, broken="", times=TIMES, others=(1, 3, 5)):
    """Fills the disk so many times, those numbered `others` in the other way."""
    where, mib = DISKS[disk_name]
    with small_disk(folder / where, mib) as disk, installed(folder, broken=broken) as product:
        async with beside(product) as runtime:
            crowd = await candidates.crowd(runtime, await make_organisation(runtime.database), None)
        run = Run(disk_name, folder / where, disk, product, ledger, crowd, Told())
        await run.one(spoken=False)
        for number in range(times):
            await run.turn(other=number in others)
        async with beside(product) as runtime:
            found = await findings(runtime, product.where, ledger, [crowd.org_id])
        unused = _unused(product)
    return Seen(run.told, found, run.healed, run.noticed, unused)


def _tried_again(product):
    """Jobs on recordings that have failed and wait to be tried again."""
    with psycopg.connect(product.where.migrating) as look:
        tried = "select count(*) from procrastinate_jobs where task_name like 'media.%' and attempts > 0"
        return look.execute(tried.encode()).fetchone()[0]


def _unused(product):
    """Recordings without facts, a file to play, or words, and work that was given up."""
    with psycopg.connect(product.where.migrating) as look:
        return [
            str(row)
            for row in look.execute(
                b"select r.state, r.transcript_state, r.reason from recordings r where r.received_bytes > 0 and"
                b" (r.state <> 'processed' or r.playback_key is null or r.transcript_state not in ('ready',"
                b" 'not_scorable')) union all select 'given up', job, reason from dead_letters"
            )
        ]


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


ACKNOWLEDGED_UNWRITTEN = """
from colloquy.providers.storage.port import StorageFull
from colloquy.providers.storage.spool_local import LocalSpool
write = LocalSpool.append
async def append(self, upload_id, at, chunks, *, limit, checksum=None):
    size = 0
    async def counted():
        nonlocal size
        async for piece in chunks:
            size += len(piece)
            yield piece
    try:
        return await write(self, upload_id, at, counted(), limit=limit, checksum=checksum)
    except StorageFull:
        return at + size
LocalSpool.append = append
"""


@ONLY_LONG
async def test_bytes_that_are_acknowledged_before_they_are_on_the_disk_are_missed(folder, ledger):
    seen = await _run(folder, ledger, "recordings", broken=ACKNOWLEDGED_UNWRITTEN, times=1, others=(0,))

    with pytest.raises(AssertionError, match=r"byte \d+ was acknowledged|'lost'"):
        seen.check()


def test_a_small_disk_is_full_when_it_is_filled(folder):
    with small_disk(folder / "small", 2) as disk:
        disk.fill()
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            (folder / "small" / "more").write_bytes(bytes(8192))
        disk.free()
        (folder / "small" / "more").write_bytes(bytes(8192))
