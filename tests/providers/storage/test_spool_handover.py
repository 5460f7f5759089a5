"""A sender that went silent makes way for the next one; one that is well is not disturbed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator

import pytest

from colloquy.kit.errors import Unavailable
from colloquy.providers.storage import spool_receive
from colloquy.providers.storage.spool import OffsetMismatch, UploadBusy, UploadSilent, UploadTakenOver
from colloquy.providers.storage.spool_local import LocalSpool

PLENTY = 1 << 40
ID = "upload"
SLOW_MACHINE = 3.0
"""The promise is three seconds; a shared machine gets as much again."""


@pytest.fixture
async def spool(tmp_path, master):
    made = LocalSpool(tmp_path / "spool", master)
    await made.create(ID)
    return made


class Stalled:
    """A sender that sends its bytes and then nothing, for ever."""

    def __init__(self, data: bytes) -> None:
        self.sent = asyncio.Event()
        self._data = data

    async def chunks(self) -> AsyncIterator[bytes]:
        yield self._data
        self.sent.set()
        await asyncio.Event().wait()


async def stalled(spool, data, at=0, **options):
    sender = Stalled(data)
    task = asyncio.create_task(spool.append(ID, at, sender.chunks(), limit=PLENTY, **options))
    await sender.sent.wait()
    return task


async def once(data: bytes) -> AsyncIterator[bytes]:
    yield data


@pytest.mark.parametrize("size", [0, 1, 100_000, 3_000_000])
async def test_who_asks_where_to_continue_is_told_the_whole_truth(spool, size):
    data = os.urandom(size)
    silent = await stalled(spool, data)
    began = time.monotonic()
    assert await spool.resume_at(ID) == size
    assert time.monotonic() - began < 3 + SLOW_MACHINE
    with pytest.raises(UploadTakenOver):
        await silent
    assert await spool.append(ID, size, once(b"rest"), limit=PLENTY) == size + 4
    assert b"".join([piece async for piece in spool.read(ID)]) == data + b"rest"


async def test_a_new_piece_takes_over_and_starts_at_the_true_offset(spool):
    silent = await stalled(spool, b"abc")
    with pytest.raises(OffsetMismatch) as told:
        await spool.append(ID, 0, once(b"abcdef"), limit=PLENTY)
    assert told.value.offset == 3
    assert await spool.append(ID, 3, once(b"def"), limit=PLENTY) == 6
    with pytest.raises(UploadTakenOver):
        await silent


async def test_a_sender_that_goes_on_is_left_alone(spool):
    done = asyncio.Event()

    async def steady() -> AsyncIterator[bytes]:
        while not done.is_set():
            yield b"x"
            await asyncio.sleep(0.1)

    first = asyncio.create_task(spool.append(ID, 0, steady(), limit=PLENTY))
    await asyncio.sleep(0.2)
    assert await spool.resume_at(ID) == 0  # safe so far; the rest is still becoming so
    with pytest.raises(UploadBusy) as refused:
        await spool.append(ID, 0, once(b"y"), limit=PLENTY)
    assert refused.value.status == 423
    done.set()
    length = await first
    assert b"".join([piece async for piece in spool.read(ID)]) == b"x" * length


async def test_an_earlier_wish_does_not_end_a_later_sender(spool):
    silent = await stalled(spool, b"abc")
    await spool.resume_at(ID)
    with pytest.raises(UploadTakenOver):
        await silent

    second = await stalled(spool, b"def", at=3)
    await asyncio.sleep(1.6)  # silent for longer than it takes to make way, but nobody asks
    assert not second.done()
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    assert await spool.offset(ID) == 6


async def test_nobody_is_waited_for_longer_than_half_a_minute(spool, monkeypatch):
    monkeypatch.setattr(spool_receive, "SILENT_SECONDS", 0.3)
    with pytest.raises(UploadSilent) as told:
        await (await stalled(spool, b"abc"))
    assert told.value.status == 409  # what tus clients answer by asking for the offset
    assert await spool.offset(ID) == 3


async def test_our_own_slow_disk_is_not_the_senders_silence(spool, monkeypatch):
    monkeypatch.setattr(spool_receive, "SILENT_SECONDS", 0.6)
    taking = spool_receive.Appending.take

    def slowly(self, pieces):
        time.sleep(1.0)
        taking(self, pieces)

    monkeypatch.setattr(spool_receive.Appending, "take", slowly)

    async def chunks():
        for _ in range(3):
            yield bytes(600_000)

    assert await spool.append(ID, 0, chunks(), limit=PLENTY) == 1_800_000


async def test_a_promise_that_was_not_kept_leaves_nothing(spool):
    silent = await stalled(spool, b"abc", checksum=("sha1", bytes(20)))
    assert await spool.resume_at(ID) == 0
    with pytest.raises(UploadTakenOver):
        await silent


async def test_a_server_that_stops_keeps_what_arrived(spool):
    silent = await stalled(spool, b"abc")
    spool.stop_receiving()
    with pytest.raises(Unavailable):
        await asyncio.wait_for(silent, 5)
    assert await spool.offset(ID) == 3


async def test_senders_in_other_processes_make_way_too(spool, master, tmp_path):
    program = f"""
import asyncio
from pathlib import Path
from colloquy.providers.storage.master_key import MasterKey
from colloquy.providers.storage.spool_local import LocalSpool

async def main():
    spool = LocalSpool(Path({str(tmp_path / "spool")!r}), MasterKey({master.secret!r}))
    async def chunks():
        yield bytes(1000)
        print("sent", flush=True)
        await asyncio.sleep(60)
    try:
        await spool.append("{ID}", 0, chunks(), limit=1 << 40)
    except Exception as error:
        print(type(error).__name__, flush=True)

asyncio.run(main())
"""
    other = subprocess.Popen(  # noqa: ASYNC220 - one line is waited for, and nothing else runs
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline() == "sent\n"
        assert await spool.resume_at(ID) == 1000
        told, _ = other.communicate(timeout=20)
    finally:
        other.kill()
        other.wait()
    assert told == "UploadTakenOver\n"
    assert [path.name for path in (tmp_path / "spool").iterdir()] == [f"{ID}.upload"]
