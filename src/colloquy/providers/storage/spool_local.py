"""The spool on a local disk: one encrypted file an upload, blocking work in threads, memory flat."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from colloquy.providers.storage import spool_file
from colloquy.providers.storage.master_key import MasterKey
from colloquy.providers.storage.port import StorageFull, StorageUnreachable
from colloquy.providers.storage.spool import (
    UploadMissing,
    UploadTooLarge,
    checked_checksum,
    checked_upload_id,
)
from colloquy.providers.storage.spool_append import Appending
from colloquy.providers.storage.spool_file import SpoolFile

T = TypeVar("T")

# Bytes gathered before a thread is woken; one batch is being written while the next one is received.
_BATCH_BYTES = 1 << 19
_RECORDS_PER_READ = 4
_SUFFIX = ".upload"


class LocalSpool:
    """`UploadSpool` in a directory, shared safely by any number of processes on this machine."""

    def __init__(self, root: Path, master: MasterKey) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._root = root
        self._master = master

    async def create(self, upload_id: str) -> None:
        await _in_thread(spool_file.create, self._path(upload_id), self._master)

    async def offset(self, upload_id: str) -> int:
        file = await self._open(upload_id, writable=False)
        file.close()
        return file.safe.offset

    async def append(
        self,
        upload_id: str,
        at: int,
        chunks: AsyncIterator[bytes],
        *,
        limit: int,
        checksum: tuple[str, bytes] | None = None,
    ) -> int:
        checked_checksum(checksum)
        file = await self._open(upload_id, writable=True)
        try:
            return await _receive(Appending(file, at, checksum), at, chunks, limit)
        finally:
            file.close()

    async def read(self, upload_id: str) -> AsyncIterator[bytes]:
        file = await self._open(upload_id, writable=False)
        try:
            pieces = file.records()
            while piece := await _in_thread(lambda: b"".join(islice(pieces, _RECORDS_PER_READ))):
                yield piece
        finally:
            file.close()

    async def copy_to(self, upload_id: str, target: Path) -> int:
        return await _in_thread(_copy, self._path(upload_id), self._master, target)

    async def delete(self, upload_id: str) -> None:
        with suppress(UploadMissing):
            file = await self._open(upload_id, writable=True)
            try:
                await _in_thread(file.erase)
            finally:
                file.close()

    async def stale(self, older_than: timedelta) -> list[str]:
        return await _in_thread(_stale, self._root, older_than)

    def _path(self, upload_id: str) -> Path:
        return self._root / f"{checked_upload_id(upload_id)}{_SUFFIX}"

    async def _open(self, upload_id: str, *, writable: bool) -> SpoolFile:
        path = self._path(upload_id)
        opening = asyncio.get_running_loop().run_in_executor(
            None, partial(SpoolFile, path, self._master, writable=writable)
        )
        try:
            return await _settled(opening)
        except asyncio.CancelledError:
            if not opening.cancelled() and opening.exception() is None:
                opening.result().close()
            raise


async def _receive(appending: Appending, at: int, chunks: AsyncIterator[bytes], limit: int) -> int:
    """Feed the append from the sender, one batch ahead of the disk; the new offset."""
    loop = asyncio.get_running_loop()
    batch: list[bytes] = []
    gathered = received = 0
    writing: asyncio.Future[None] | None = None
    try:
        async for chunk in chunks:
            received += len(chunk)
            if at + received > limit:
                raise UploadTooLarge(limit)  # noqa: TRY301 - handled below like every other end of the sender
            batch.append(chunk)
            gathered += len(chunk)
            if gathered >= _BATCH_BYTES:
                if writing is not None:
                    await _settled(writing)
                writing = loop.run_in_executor(None, appending.take, batch)
                batch, gathered = [], 0
        if writing is not None:
            await _settled(writing)
    except BaseException:
        # The sender went away, or we are being cancelled: what arrived is kept before anything else happens.
        if writing is not None:
            await asyncio.wait([writing])
        with suppress(StorageFull, StorageUnreachable):  # what could not be kept was never acknowledged
            await _in_thread(_conclude, appending, batch, complete=False)
        raise
    return await _in_thread(_conclude, appending, batch, complete=True)


def _conclude(appending: Appending, batch: list[bytes], *, complete: bool) -> int:
    """Write the last batch and make everything safe, in one visit to a thread."""
    if batch and not appending.failed:
        try:
            appending.take(batch)
        except (StorageFull, StorageUnreachable):
            appending.finish(complete=False)
            raise
    return appending.finish(complete=complete)


def _copy(path: Path, master: MasterKey, target: Path) -> int:
    file = SpoolFile(path, master, writable=False)
    try:
        with target.open("wb") as out:
            for piece in file.records():
                out.write(piece)
            return out.tell()
    finally:
        file.close()


def _stale(root: Path, older_than: timedelta) -> list[str]:
    # File times are the disk's, so this compares with the machine's clock and not with kit.clock.
    before = time.time() - older_than.total_seconds()
    found = []
    for path in root.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime >= before:
                continue
            if path.suffix == _SUFFIX:
                found.append(path.stem)
            else:
                path.unlink()  # a draft of an upload that died while it was being created
    return found


async def _in_thread(work: Callable[..., T], *arguments: Any, **named: Any) -> T:
    return await _settled(asyncio.get_running_loop().run_in_executor(None, partial(work, *arguments, **named)))


async def _settled(work: asyncio.Future[T]) -> T:
    """Wait for work in a thread to its end, which cancelling cannot hasten; then pass a cancellation on."""
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError as request:
            cancelled = request
    if cancelled is not None:
        raise cancelled
    return work.result()
