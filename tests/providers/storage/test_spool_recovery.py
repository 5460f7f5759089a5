"""After any crash the file tells the truth: nothing acknowledged is lost, nothing torn is believed."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from colloquy.providers.storage import spool_append
from colloquy.providers.storage.master_key import MasterKey
from colloquy.providers.storage.port import StorageCorrupt, StorageFull, StorageUnreachable, WrongMasterKey
from colloquy.providers.storage.spool import OffsetMismatch, UploadBusy
from colloquy.providers.storage.spool_format import MARK_AT, SEGMENTS_AT
from colloquy.providers.storage.spool_local import LocalSpool

PLENTY = 1 << 40
ID = "upload"


@pytest.fixture
def spool(tmp_path, master):
    return LocalSpool(tmp_path, master)


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / f"{ID}.upload"


@pytest.fixture
async def three_parts(spool, sending, file):
    """An upload of three appends, and the file's size after each."""
    parts = [os.urandom(size) for size in (40, 600_000, 70_000)]
    await spool.create(ID)
    at, sizes = 0, []
    for part in parts:
        at = await spool.append(ID, at, sending(part), limit=PLENTY)
        sizes.append(file.stat().st_size)
    return b"".join(parts), sizes


NO_MARK = bytes(SEGMENTS_AT - MARK_AT)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_tail_cut_anywhere_leaves_a_true_beginning(data, spool, file, gather, sending):
    """Whatever a crash leaves of the tail: the offset is where the bytes end, and the upload goes on from there."""
    upload = os.urandom(6).hex()
    path = file.with_name(f"{upload}.upload")
    content = os.urandom(900_000)
    await spool.create(upload)
    at, acknowledged = 0, [(path.stat().st_size, 0)]
    for size in data.draw(st.lists(st.sampled_from([1, 500, 262_144, 300_000]), min_size=1, max_size=3), label="parts"):
        at = await spool.append(upload, at, sending(content[at : at + size]), limit=PLENTY)
        acknowledged.append((path.stat().st_size, at))
    cut = data.draw(st.integers(SEGMENTS_AT, path.stat().st_size), label="cut")
    whole = cut == path.stat().st_size
    with path.open("r+b") as torn:
        torn.truncate(cut)
        unmarked = data.draw(st.booleans(), label="the mark is lost too")
        if unmarked:
            torn.seek(MARK_AT)
            torn.write(NO_MARK)
        # Noise where the mark vouches for bytes is no crash but damage, which reading reports (next test).
        if (whole or unmarked) and data.draw(st.booleans(), label="noise behind the cut"):
            torn.seek(0, os.SEEK_END)
            torn.write(os.urandom(data.draw(st.integers(1, 5000), label="noise")))

    offset = await spool.offset(upload)

    assert offset >= max(safe for size, safe in acknowledged if size <= cut)
    assert await gather(spool.read(upload)) == content[:offset]
    await spool.append(upload, offset, sending(content[offset:at]), limit=PLENTY)
    assert await gather(spool.read(upload)) == content[:at]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_changed_byte_is_never_served(data, spool, file, gather, sending):
    upload = os.urandom(6).hex()
    path = file.with_name(f"{upload}.upload")
    content = os.urandom(300_000)
    await spool.create(upload)
    await spool.append(upload, 0, sending(content[:1000]), limit=PLENTY)
    await spool.append(upload, 1000, sending(content[1000:]), limit=PLENTY)
    damaged = bytearray(path.read_bytes())
    damaged[data.draw(st.integers(SEGMENTS_AT, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(damaged)

    received = b""
    with pytest.raises(StorageCorrupt):
        async for piece in spool.read(upload):
            received += piece
    assert content.startswith(received)


async def test_what_is_torn_is_cut_away_before_anything_follows_it(spool, file, sending, three_parts, gather):
    """Else the remains of a long append would lie behind a shorter one that took its place."""
    content, sizes = three_parts
    with file.open("r+b") as torn:
        torn.truncate(sizes[1])
        torn.seek(0, os.SEEK_END)
        torn.write(os.urandom(50_000))

    offset = await spool.offset(ID)

    assert offset == 600_040
    assert file.stat().st_size == sizes[1]
    await spool.append(ID, offset, sending(b"!"), limit=PLENTY)
    assert await gather(spool.read(ID)) == content[:offset] + b"!"


async def test_an_append_missing_from_the_middle_is_noticed(spool, file, three_parts, gather):
    """Each segment is whole in itself; only the offset it begins at tells that one before it was taken out."""
    content, sizes = three_parts
    whole = file.read_bytes()
    file.write_bytes(whole[: sizes[0]] + whole[sizes[1] :])
    with file.open("r+b") as torn:
        torn.seek(MARK_AT)
        torn.write(NO_MARK)

    assert await spool.offset(ID) == 40
    assert await gather(spool.read(ID)) == content[:40]


async def test_a_lost_mark_costs_nothing_but_time(spool, file, three_parts, gather):
    content, _ = three_parts
    with file.open("r+b") as torn:
        torn.seek(MARK_AT)
        torn.write(os.urandom(len(NO_MARK)))

    assert await spool.offset(ID) == len(content)
    assert await gather(spool.read(ID)) == content


async def test_an_older_mark_is_still_true(spool, file, three_parts):
    """The mark itself is not synced: a power cut may bring the one before it back."""
    content, sizes = three_parts
    current = file.read_bytes()
    with file.open("r+b") as torn:
        torn.truncate(sizes[0])
    await spool.offset(ID)
    older = file.read_bytes()[MARK_AT:SEGMENTS_AT]
    file.write_bytes(current[:MARK_AT] + older + current[SEGMENTS_AT:])

    assert await spool.offset(ID) == len(content)


async def test_a_mark_that_is_true_saves_reading_what_it_vouches_for(spool, file, three_parts, monkeypatch):
    content, _ = three_parts
    read: list[int] = []
    real = os.pread
    monkeypatch.setattr(os, "pread", lambda fd, size, at: read.append(size) or real(fd, size, at))

    assert await spool.offset(ID) == len(content)
    assert sum(read) < 1000


async def test_bytes_are_synced_before_they_are_acknowledged(spool, sending, monkeypatch):
    steps: list[str] = []
    sync, write = os.fdatasync, os.pwrite
    monkeypatch.setattr(os, "fdatasync", lambda fd: steps.append("sync") or sync(fd))
    monkeypatch.setattr(
        os, "pwrite", lambda fd, data, at: steps.append("mark" if at == MARK_AT else "data") or write(fd, data, at)
    )
    await spool.create(ID)
    await spool.append(ID, 0, sending(bytes(3_000_000)), limit=PLENTY)

    assert steps[-2:] == ["sync", "mark"]
    assert steps.count("sync") == 1
    assert "data" in steps


async def test_bytes_left_by_a_killed_writer_are_synced_before_they_count(spool, file, three_parts, monkeypatch):
    """Its pages may be in memory only; answering with their offset is an acknowledgement."""
    content, _ = three_parts
    with file.open("r+b") as torn:
        torn.seek(MARK_AT)
        torn.write(NO_MARK)
    synced: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: synced.append(fd) or real(fd))

    assert await spool.offset(ID) == len(content)
    assert len(synced) == 1


async def test_no_two_records_share_a_key_and_a_number(spool, file, sending, three_parts):
    """A tail is cut off and sent again with other bytes: its ciphertext must say nothing about either."""
    _, sizes = three_parts
    before = file.read_bytes()
    with file.open("r+b") as torn:
        torn.truncate(sizes[1] + 100)
    offset = await spool.offset(ID)
    await spool.append(ID, offset, sending(bytes(70_000)), limit=PLENTY)

    salt = slice(sizes[1] + 16, sizes[1] + 48)
    assert file.read_bytes()[: sizes[1]][SEGMENTS_AT:] == before[: sizes[1]][SEGMENTS_AT:]
    assert file.read_bytes()[salt] != before[salt]


async def test_another_uploads_file_does_not_open(spool, file, sending, three_parts, gather):
    await spool.create("other")
    await spool.append("other", 0, sending(b"hers"), limit=PLENTY)
    file.write_bytes(file.with_name("other.upload").read_bytes())

    assert await spool.offset(ID) == 0
    assert await gather(spool.read(ID)) == b""


async def test_the_wrong_master_key_destroys_nothing(spool, file, three_parts, tmp_path):
    before = file.read_bytes()
    stranger = LocalSpool(tmp_path, MasterKey(os.urandom(32)))
    with pytest.raises(WrongMasterKey):
        await stranger.offset(ID)

    assert file.read_bytes() == before


async def test_no_word_of_it_lies_on_the_disk(spool, file, sending):
    await spool.create(ID)
    await spool.append(ID, 0, sending(b"I restarted the server. " * 40_000), limit=PLENTY)

    assert b"restarted" not in file.read_bytes()


SENDER = """
    import asyncio, sys
    from pathlib import Path
    from colloquy.providers.storage.master_key import MasterKey
    from colloquy.providers.storage.spool_local import LocalSpool
    spool = LocalSpool(Path({root!r}), MasterKey({secret!r}))
    def piece(at):
        return (at // 50_000).to_bytes(4, "big") * 12_500
    async def main():
        at = await spool.offset("upload")
        async def endless(at):
            while True:
                yield piece(at)
                at += 50_000
                if {promise!r} or at % 5_000_000 == 0:
                    await asyncio.sleep(0)
                if not {promise!r} and at % 5_000_000 == 0:
                    return
        while True:
            at = await spool.append("upload", at, endless(at), limit=1 << 40, checksum={promise!r})
            print(at, flush=True)
    asyncio.run(main())
"""


def start_sender(root: Path, master: MasterKey, promise=None) -> subprocess.Popen:
    code = textwrap.dedent(SENDER).format(root=str(root), secret=master.secret, promise=promise)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


@pytest.mark.faults
async def test_a_sender_killed_at_any_moment_loses_nothing_acknowledged(spool, master, tmp_path, gather):
    await spool.create(ID)
    acknowledged = 0
    for round_ in range(6):
        sender = start_sender(tmp_path, master)
        acknowledged = int(await asyncio.to_thread(sender.stdout.readline))
        await asyncio.sleep(0.013 * round_)
        sender.send_signal(signal.SIGKILL)
        told, _ = await asyncio.to_thread(sender.communicate)
        acknowledged = max([acknowledged, *(int(line) for line in told.split())])
        offset = await spool.offset(ID)
        assert offset >= acknowledged
        # What a killed sender had not been told about ends at any record; the next one sends whole pieces.
        if rest := -offset % 50_000:
            index = offset // 50_000
            remainder = (index.to_bytes(4, "big") * 12_500)[-rest:]
            offset = await spool.append(ID, offset, once(remainder), limit=PLENTY)
    content = await gather(spool.read(ID))
    assert len(content) == offset
    assert all(
        content[at : at + 50_000] == (at // 50_000).to_bytes(4, "big") * 12_500 for at in range(0, offset, 50_000)
    )


async def once(data: bytes) -> AsyncIterator[bytes]:
    yield data


@pytest.mark.faults
async def test_a_promise_dies_with_its_sender(spool, master, tmp_path, file):
    await spool.create(ID)
    await spool.append(ID, 0, once(bytes(50_000)), limit=PLENTY)
    size = file.stat().st_size
    sender = start_sender(tmp_path, master, promise=("sha1", bytes(20)))
    while file.stat().st_size < size + 3_000_000:  # noqa: ASYNC110 - it waits for another process
        await asyncio.sleep(0.01)
    with pytest.raises(UploadBusy):
        await spool.append(ID, 50_000, once(b"x"), limit=PLENTY)
    sender.kill()
    sender.communicate()

    assert await spool.offset(ID) == 50_000
    assert await spool.append(ID, 50_000, once(b"x"), limit=PLENTY) == 50_001


async def test_a_promise_kept_survives_even_without_a_mark(spool, file, gather):
    data = os.urandom(600_000)
    await spool.create(ID)
    await spool.append(ID, 0, once(data), limit=PLENTY, checksum=("sha256", hashlib.sha256(data).digest()))
    with file.open("r+b") as torn:
        torn.seek(MARK_AT)
        torn.write(NO_MARK)

    assert await spool.offset(ID) == len(data)
    assert await gather(spool.read(ID)) == data


async def test_a_full_disk_keeps_what_fitted_and_goes_on_when_there_is_room(small_disk, master, gather):
    spool = LocalSpool(small_disk / "spool", master)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(2 << 20))
    content = os.urandom(3 << 20)
    await spool.create(ID)

    async def chunks(start: int) -> AsyncIterator[bytes]:
        for at in range(start, len(content), 100_000):
            yield content[at : min(at + 100_000, len(content))]

    with pytest.raises(StorageFull) as refused:
        await spool.append(ID, 0, chunks(0), limit=PLENTY)
    assert refused.value.retry_after
    size = (small_disk / f"spool/{ID}.upload").stat().st_size
    offset = await spool.offset(ID)
    assert 0 < offset < len(content)
    assert (small_disk / f"spool/{ID}.upload").stat().st_size == size  # nothing torn was left to be cut away
    assert await gather(spool.read(ID)) == content[:offset]
    with pytest.raises(OffsetMismatch):
        await spool.append(ID, 0, chunks(0), limit=PLENTY)

    ballast.unlink()
    assert await spool.append(ID, offset, chunks(offset), limit=PLENTY) == len(content)
    assert await gather(spool.read(ID)) == content


async def test_a_full_disk_refuses_a_new_upload_and_leaves_no_draft(spool, tmp_path, monkeypatch):
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        await spool.create(ID)

    assert list(tmp_path.iterdir()) == []


async def test_after_a_failed_sync_only_what_was_safe_before_is_believed(spool, three_parts, gather, monkeypatch):
    """The kernel may drop pages it could not write and call them clean; syncing again proves nothing."""
    content, _ = three_parts

    def failing(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", failing)
        with pytest.raises(StorageUnreachable):
            await spool.append(ID, len(content), once(b"lost"), limit=PLENTY)

    assert await spool.offset(ID) == len(content)
    assert await gather(spool.read(ID)) == content


async def test_a_long_append_becomes_safe_bit_by_bit(spool, monkeypatch):
    """So a crash costs the last few mebibytes of an upload, not all of it."""
    monkeypatch.setattr(spool_append, "SYNC_BYTES", 4 << 20)
    seen: list[int] = []

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield bytes(1 << 20)
            seen.append(await spool.offset(ID))

    await spool.create(ID)
    await spool.append(ID, 0, chunks(), limit=PLENTY)

    assert seen == sorted(seen)
    assert seen[-1] >= 12 << 20


async def test_deleting_leaves_no_file(spool, three_parts, tmp_path):
    await spool.delete(ID)

    assert list(tmp_path.iterdir()) == []


async def test_what_died_while_it_was_created_is_swept_with_the_stale(spool, tmp_path, three_parts):
    from datetime import timedelta

    draft = tmp_path / "x.1234.new"
    draft.write_bytes(b"")
    os.utime(draft, (time.time() - 7200,) * 2)

    assert await spool.stale(timedelta(hours=1)) == []
    assert not draft.exists()


async def test_a_cancelled_opening_lets_go_of_the_lock(spool, three_parts):
    content, _ = three_parts
    for wait in range(8):
        request = asyncio.create_task(spool.append(ID, len(content), once(b""), limit=PLENTY))
        for _ in range(wait):
            await asyncio.sleep(0)
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)

    assert await spool.append(ID, len(content), once(b"!"), limit=PLENTY) == len(content) + 1


def test_memory_stays_flat_whatever_the_size(tmp_path, master):
    """512 MiB appended and read, in a process of its own that may grow by 48 MiB."""
    code = f"""
        import asyncio, resource
        from pathlib import Path
        from colloquy.providers.storage.master_key import MasterKey
        from colloquy.providers.storage.spool_local import LocalSpool
        async def chunks(mebibytes):
            for _ in range(mebibytes * 16):
                yield bytes(65536)
        async def main():
            spool = LocalSpool(Path({str(tmp_path)!r}), MasterKey({master.secret!r}))
            await spool.create("a")
            at = await spool.append("a", 0, chunks(4), limit=1 << 40)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            await spool.append("a", at, chunks(512), limit=1 << 40)
            total = 0
            async for piece in spool.read("a"):
                total += len(piece)
            print(total, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
        asyncio.run(main())
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, capture_output=True, text=True)
    total, grown_mib = map(int, ran.stdout.split())
    assert total == 516 << 20
    assert grown_mib < 48
