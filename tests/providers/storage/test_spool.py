"""What every upload spool promises: the same suite over memory and a local disk."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from colloquy.kit import clock
from colloquy.providers.storage.fake import InMemorySpool
from colloquy.providers.storage.spool import (
    CHECKSUMS,
    ChecksumMismatch,
    ChecksumUnknown,
    OffsetMismatch,
    UploadBusy,
    UploadExists,
    UploadMissing,
    UploadTooLarge,
)
from colloquy.providers.storage.spool_local import LocalSpool

PLENTY = 1 << 40
ID = "an-upload_1"


@pytest.fixture(params=["memory", "local"])
def spool(request, tmp_path, master):
    return InMemorySpool() if request.param == "memory" else LocalSpool(tmp_path / "spool", master)


class Gone(Exception):
    """The client went away."""


async def until_it_breaks(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    raise Gone


async def test_an_upload_in_three_parts(spool, sending, gather, tmp_path):
    parts = [os.urandom(size) for size in (1, 3_000_000, 70_001)]
    await spool.create(ID)
    assert await spool.offset(ID) == 0
    at = 0
    for part in parts:
        cut = len(part) // 3
        assert await spool.append(ID, at, sending(part[:cut], b"", part[cut:]), limit=PLENTY) == at + len(part)
        at += len(part)
        assert await spool.offset(ID) == at

    assert await gather(spool.read(ID)) == b"".join(parts)
    assert await spool.copy_to(ID, tmp_path / "copy") == at
    assert (tmp_path / "copy").read_bytes() == b"".join(parts)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(
        st.lists(st.sampled_from([0, 1, 1000, 65_536, 262_143, 262_144, 262_145, 1_100_000]), max_size=5), max_size=6
    )
)
async def test_any_division_into_appends_and_chunks_gives_the_same_bytes(sizes, spool, sending, gather):
    upload, content = os.urandom(8).hex(), b""
    await spool.create(upload)
    for append in sizes:
        chunks = [os.urandom(size) for size in append]
        await spool.append(upload, len(content), sending(*chunks), limit=PLENTY)
        content += b"".join(chunks)

    assert await spool.offset(upload) == len(content)
    assert await gather(spool.read(upload)) == content


async def test_what_was_never_begun(spool, sending, gather, tmp_path):
    for asked in (
        spool.offset(ID),
        spool.append(ID, 0, sending(b"x"), limit=PLENTY),
        gather(spool.read(ID)),
        spool.copy_to(ID, tmp_path / "x"),
    ):
        with pytest.raises(UploadMissing) as refused:
            await asked
        assert refused.value.status == 404
    await spool.delete(ID)


async def test_beginning_twice(spool, sending):
    await spool.create(ID)
    await spool.append(ID, 0, sending(b"kept"), limit=PLENTY)
    with pytest.raises(UploadExists):
        await spool.create(ID)

    assert await spool.offset(ID) == 4


@pytest.mark.parametrize("at", [0, 4, 6, 10**15])
async def test_a_wrong_offset_is_answered_with_the_right_one(at, spool, sending):
    await spool.create(ID)
    await spool.append(ID, 0, sending(b"hello"), limit=PLENTY)
    with pytest.raises(OffsetMismatch) as refused:
        await spool.append(ID, at, sending(b"world"), limit=PLENTY)

    assert (refused.value.status, refused.value.extra) == (409, {"offset": 5})
    assert await spool.offset(ID) == 5


async def test_bytes_past_the_limit_are_refused_and_the_ones_before_kept(spool, sending, gather):
    await spool.create(ID)
    with pytest.raises(UploadTooLarge) as refused:
        await spool.append(ID, 0, sending(b"12345", b"67890", b"1"), limit=10)

    assert (refused.value.status, refused.value.extra) == (413, {"limit": 10})
    assert await gather(spool.read(ID)) == b"1234567890"
    assert await spool.append(ID, 10, sending(), limit=10) == 10


@pytest.mark.parametrize("size", [10, 300_000, 5_000_000])
async def test_what_arrived_before_the_connection_broke_is_kept(size, spool, gather):
    content = os.urandom(size)
    await spool.create(ID)
    with pytest.raises(Gone):
        await spool.append(ID, 0, until_it_breaks(content[:5], content[5:]), limit=PLENTY)

    assert await spool.offset(ID) == size
    assert await gather(spool.read(ID)) == content


@pytest.mark.parametrize("size", [10, 5_000_000])
async def test_what_arrived_before_the_request_was_cancelled_is_kept(size, spool, gather):
    content, waiting = os.urandom(size), asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        yield content
        waiting.set()
        await asyncio.Event().wait()

    await spool.create(ID)
    request = asyncio.create_task(spool.append(ID, 0, stalling(), limit=PLENTY))
    await waiting.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request

    assert await gather(spool.read(ID)) == content


@pytest.mark.parametrize("name", CHECKSUMS)
async def test_a_promise_that_is_kept(name, spool, sending, gather):
    await spool.create(ID)
    for at, part in ((0, b"first"), (5, os.urandom(2_000_000))):
        digest = hashlib.new(name, part).digest()
        await spool.append(ID, at, sending(part[:3], part[3:]), limit=PLENTY, checksum=(name, digest))

    assert await spool.offset(ID) == 2_000_005
    assert (await gather(spool.read(ID)))[:5] == b"first"


@pytest.mark.parametrize("size", [4, 3_000_000])
async def test_a_promise_that_is_broken_takes_the_append_back(size, spool, sending, gather):
    await spool.create(ID)
    await spool.append(ID, 0, sending(b"safe"), limit=PLENTY)
    with pytest.raises(ChecksumMismatch) as refused:
        await spool.append(ID, 4, sending(bytes(size)), limit=PLENTY, checksum=("sha1", bytes(20)))

    assert (refused.value.status, refused.value.code) == (460, "checksum_mismatch")
    assert await gather(spool.read(ID)) == b"safe"
    assert await spool.append(ID, 4, sending(b", still"), limit=PLENTY) == 11
    assert await gather(spool.read(ID)) == b"safe, still"


@pytest.mark.parametrize("size", [4, 3_000_000])
async def test_a_promise_cut_short_takes_the_append_back(size, spool, sending, gather):
    promised = os.urandom(size)
    digest = hashlib.sha1(promised).digest()
    await spool.create(ID)
    await spool.append(ID, 0, sending(b"safe"), limit=PLENTY)
    with pytest.raises(Gone):
        await spool.append(ID, 4, until_it_breaks(promised), limit=PLENTY, checksum=("sha1", digest))

    assert await gather(spool.read(ID)) == b"safe"


async def test_a_promise_in_a_language_we_do_not_speak(spool, sending):
    await spool.create(ID)
    with pytest.raises(ChecksumUnknown) as refused:
        await spool.append(ID, 0, sending(b"x"), limit=PLENTY, checksum=("crc64", b"12345678"))

    assert refused.value.status == 400
    assert await spool.offset(ID) == 0


async def test_a_second_sender_waits_its_turn(spool, sending):
    started, done = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"slow"
        started.set()
        while not done.is_set():  # never silent for long
            yield b""
            await asyncio.sleep(0.05)

    await spool.create(ID)
    first = asyncio.create_task(spool.append(ID, 0, slow(), limit=PLENTY))
    await started.wait()
    for asked in (spool.append(ID, 0, sending(b"fast"), limit=PLENTY), spool.delete(ID)):
        with pytest.raises(UploadBusy) as refused:
            await asked
        assert refused.value.status == 423
    assert await spool.offset(ID) == 0  # nothing of the open append is safe yet
    done.set()

    assert await first == 4
    assert await spool.append(ID, 4, sending(b", fast"), limit=PLENTY) == 10


async def test_uploads_are_strangers_to_each_other(spool, sending, gather):
    ids = [f"upload-{number}" for number in range(8)]
    for upload in ids:
        await spool.create(upload)
    await asyncio.gather(*(spool.append(upload, 0, sending(upload.encode() * 90_000), limit=PLENTY) for upload in ids))

    for upload in ids:
        assert await gather(spool.read(upload)) == upload.encode() * 90_000
    await spool.delete(ids[0])
    with pytest.raises(UploadMissing):
        await spool.offset(ids[0])
    assert await spool.offset(ids[1]) == 90_000 * 8


async def test_uploads_that_nobody_continues_are_found(spool, sending):
    await spool.create("old")
    await spool.create("new")
    assert await spool.stale(timedelta(hours=1)) == []
    assert sorted(await spool.stale(timedelta(seconds=-60))) == ["new", "old"]


async def test_an_upload_that_goes_on_is_not_stale(spool, sending, tmp_path):
    await spool.create("old")
    await spool.create("going-on")
    if isinstance(spool, LocalSpool):
        for name in ("old", "going-on"):
            os.utime(tmp_path / f"spool/{name}.upload", (1, 1))
        await spool.append("going-on", 0, sending(b"x"), limit=PLENTY)
        assert await spool.stale(timedelta(hours=1)) == ["old"]
    else:
        with clock.travelled(timedelta(hours=2)):
            await spool.append("going-on", 0, sending(b"x"), limit=PLENTY)
            assert await spool.stale(timedelta(hours=1)) == ["old"]


@pytest.mark.parametrize("upload_id", ["", "a/b", "..", "a.b", "a b", "é", "x" * 129, "a\x00"])
async def test_an_id_that_is_not_ours_is_a_mistake(upload_id, spool):
    for asked in (spool.create(upload_id), spool.offset(upload_id), spool.delete(upload_id)):
        with pytest.raises(ValueError, match="upload id"):
            await asked
