"""The spool on a local disk: one encrypted file an upload, blocking work in threads, memory flat."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from colloquy.providers.storage import spool_file
from colloquy.providers.storage.master_key import MasterKey
from colloquy.providers.storage.spool import UploadBusy, UploadMissing, checked_checksum, checked_upload_id
from colloquy.providers.storage.spool_append import Appending
from colloquy.providers.storage.spool_file import SpoolFile
from colloquy.providers.storage.spool_format import MARK_AT, key_id_of
from colloquy.providers.storage.spool_receive import Watch, in_thread, receive, settled

PATIENCE_SECONDS = 2.5
"""How long a newcomer asks for an upload before it is told that somebody else is sending: longer than a silent
sender takes to make way."""

_ASK_SECONDS = 0.02
_RECORDS_PER_READ = 4
_SUFFIX, _WANTED = ".upload", ".wanted"


class LocalSpool:
    """`UploadSpool` in a directory, shared safely by any number of processes on this machine."""

    def __init__(self, root: Path, master: MasterKey) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._root = root
        self._master = master
        self._stopping = False

    def stop_receiving(self) -> None:
        """From now on every append ends within a quarter of a second, and what arrived is kept."""
        self._stopping = True

    async def create(self, upload_id: str) -> None:
        await in_thread(spool_file.create, self._path(upload_id), self._master)

    async def offset(self, upload_id: str) -> int:
        file = await self._open(upload_id, writable=False)
        file.close()
        return file.safe.offset

    async def resume_at(self, upload_id: str) -> int:
        try:
            file = await self._claim(upload_id)
        except UploadBusy:  # somebody else is sending, and well: this much is safe so far
            return await self.offset(upload_id)
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
        file = await self._claim(upload_id)
        try:
            watch = Watch(self._wanted(upload_id).exists, lambda: self._stopping)
            return await receive(Appending(file, at, checksum), at, chunks, limit, watch)
        finally:
            file.close()

    async def read(self, upload_id: str) -> AsyncIterator[bytes]:
        file = await self._open(upload_id, writable=False)
        try:
            pieces = file.records()
            while piece := await in_thread(lambda: b"".join(islice(pieces, _RECORDS_PER_READ))):
                yield piece
        finally:
            file.close()

    async def copy_to(self, upload_id: str, target: Path) -> int:
        return await in_thread(_copy, self._path(upload_id), self._master, target)

    async def delete(self, upload_id: str) -> None:
        with suppress(UploadMissing):
            file = await self._claim(upload_id)
            try:
                await in_thread(file.erase)
            finally:
                file.close()

    async def stale(self, older_than: timedelta) -> list[str]:
        return await in_thread(_stale, self._root, older_than)

    async def key_ids(self) -> dict[bytes, int]:
        """How many uploads under way lie under which master key, by its id."""
        return await in_thread(_key_ids, self._root)

    def _path(self, upload_id: str) -> Path:
        return self._root / f"{checked_upload_id(upload_id)}{_SUFFIX}"

    def _wanted(self, upload_id: str) -> Path:
        """A file that is there while somebody asks for the upload that somebody else has; any process sees it."""
        return self._root / f"{checked_upload_id(upload_id)}{_WANTED}"

    async def _claim(self, upload_id: str) -> SpoolFile:
        """The upload with its lock. Whoever has it and hears nothing from its sender makes way. UploadBusy."""
        loop, wanted = asyncio.get_running_loop(), self._wanted(upload_id)
        ends = loop.time() + PATIENCE_SECONDS
        while True:
            try:
                file = await self._open(upload_id, writable=True)
            except UploadBusy:
                if loop.time() >= ends:
                    wanted.unlink(missing_ok=True)
                    raise
                # Said again and again: whoever got the lock meanwhile has taken all earlier wishes for fulfilled.
                wanted.touch()
                await asyncio.sleep(_ASK_SECONDS)
            else:
                wanted.unlink(missing_ok=True)
                return file

    async def _open(self, upload_id: str, *, writable: bool) -> SpoolFile:
        path = self._path(upload_id)
        opening = asyncio.get_running_loop().run_in_executor(
            None, partial(SpoolFile, path, self._master, writable=writable)
        )
        try:
            return await settled(opening)
        except asyncio.CancelledError:
            if not opening.cancelled() and opening.exception() is None:
                opening.result().close()
            raise


def _copy(path: Path, master: MasterKey, target: Path) -> int:
    file = SpoolFile(path, master, writable=False)
    try:
        with target.open("wb") as out:
            for piece in file.records():
                out.write(piece)
            return out.tell()
    finally:
        file.close()


def _key_ids(root: Path) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for path in root.glob(f"*{_SUFFIX}"):
        try:
            with path.open("rb") as file:
                key_id = key_id_of(file.read(MARK_AT))
        except FileNotFoundError:  # finished meanwhile
            continue
        if key_id is not None:
            found[key_id] = found.get(key_id, 0) + 1
    return found


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
