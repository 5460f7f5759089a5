"""Writes to a local disk: whole or not at all, synced before they are acknowledged, tidy afterwards."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import time
from datetime import timedelta
from pathlib import Path

import pytest

from colloquy.providers.storage.obstore import local_objects
from colloquy.providers.storage.port import StorageFull

KEY = "org/session/answer"


@pytest.fixture
def synced(monkeypatch):
    """The names of what is synced, in order, beside the renames."""
    steps: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        steps.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return steps


async def test_content_is_synced_under_another_name_and_then_every_directory(tmp_path, master, synced):
    root = tmp_path / "objects"
    objects = local_objects(root, master)
    await objects.put_bytes(KEY, b"x" * 100)

    assert synced[0].startswith(str(root / "_staging"))
    assert synced[1:] == [str(root / "org/session"), str(root / "org"), str(root)]


async def test_an_erased_object_stays_erased(tmp_path, master, synced):
    root = tmp_path / "objects"
    objects = local_objects(root, master)
    await objects.put_bytes(KEY, b"x")
    await objects.put_bytes("org/other", b"y")
    synced.clear()
    await objects.delete(KEY)

    assert str(root / "org") in synced
    assert not (root / "org/session").exists()


async def test_a_full_disk_is_said_and_leaves_nothing_behind(small_disk, master, gather):
    objects = local_objects(small_disk / "objects", master)
    await objects.put_bytes(KEY, b"the first take")
    with pytest.raises(StorageFull) as refused:
        await objects.put_bytes(KEY, bytes(8 << 20))

    assert refused.value.retry_after
    assert await gather(objects.read(KEY)) == b"the first take"
    files = [path for path in small_disk.rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["answer"]
    await objects.put_bytes(KEY, bytes(1 << 20))  # it heals by itself once there is room


async def test_a_reader_sees_the_old_object_until_the_new_one_is_whole(tmp_path, master, gather):
    objects = local_objects(tmp_path / "objects", master)
    await objects.put_bytes(KEY, b"old" * 100_000)
    reading = objects.read(KEY)
    first = await anext(reading)
    await objects.put_bytes(KEY, b"new")

    # The open object may have been replaced underneath; what is served is one of them, never a mixture.
    rest = b"".join([piece async for piece in reading])
    assert first + rest == b"old" * 100_000


async def test_a_writer_killed_halfway_leaves_nothing_that_counts(tmp_path, master):
    """Killed while the object is being written: no object, and a sweep removes the remains."""
    root = tmp_path / "objects"
    code = f"""
        import asyncio, io, os, signal
        from colloquy.providers.storage.master_key import MasterKey
        from colloquy.providers.storage.obstore import local_objects
        class Dying(io.BytesIO):
            def read(self, size=-1):
                if self.tell() > 20 << 20:
                    os.kill(os.getpid(), signal.SIGKILL)
                return super().read(size)
        objects = local_objects(__import__("pathlib").Path({str(root)!r}), MasterKey({master.secret!r}))
        objects._put({KEY!r}, Dying(bytes(64 << 20)))
    """
    died = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", textwrap.dedent(code)], check=False)
    assert died.returncode == -9
    objects = local_objects(root, master)
    assert not await objects.exists(KEY)
    remains = [path for path in root.rglob("*") if path.is_file()]
    assert remains

    assert await objects.sweep(timedelta(hours=1)) == 0
    for path in remains:
        os.utime(path, (time.time() - 7200,) * 2)
    assert await objects.sweep(timedelta(hours=1)) == len(remains)
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_memory_stays_flat_whatever_the_size(tmp_path, master):
    """256 MiB in and out again, in a process of its own that may grow by 64 MiB."""
    source = tmp_path / "source"
    with source.open("wb") as file:
        file.truncate(256 << 20)
    code = f"""
        import asyncio, resource
        from pathlib import Path
        from colloquy.providers.storage.master_key import MasterKey
        from colloquy.providers.storage.obstore import local_objects
        async def main():
            objects = local_objects(Path({str(tmp_path / "objects")!r}), MasterKey({master.secret!r}))
            await objects.put_bytes("a/b", bytes(1000))
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            await objects.put_file("a/big", Path({str(source)!r}))
            total = 0
            async for piece in objects.read("a/big"):
                total += len(piece)
            print(total, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
        asyncio.run(main())
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, capture_output=True, text=True)
    total, grown_mib = map(int, ran.stdout.split())
    assert total == 256 << 20
    assert grown_mib < 64
