"""Encrypted objects in any store that the `obstore` library speaks: a local directory, S3, GCS, Azure.

Cloud stores acknowledge what is durable. obstore's LocalStore renames without fsync, so on a local disk an
object is first written under `_staging/`, synced, renamed into place, and its directories are synced: what was
acknowledged is there after a power cut, and a replaced object is the old one or the new one, whole.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore

from colloquy.providers.storage import durable, encryption
from colloquy.providers.storage.encryption import HEADER_BYTES, SEALED_BYTES, Opening, Sealing
from colloquy.providers.storage.master_key import MasterKey
from colloquy.providers.storage.port import (
    ObjectMissing,
    StorageCorrupt,
    StorageFull,
    StorageUnreachable,
    StoredObject,
    checked_key,
    checked_prefix,
)

if TYPE_CHECKING:
    from obstore.store import ObjectStore as AnyStore

_STAGING = "_staging"
# Eight frames. Measured on a local disk, microseconds a mebibyte: one frame 1156, four 274, eight 202, sixteen 399.
_READ_BYTES = 8 * SEALED_BYTES
_PART_BYTES = 8 << 20  # S3 allows 10,000 parts: 80 GiB
_PARTS_AT_ONCE = 2
_DELETE_AT_ONCE = 500


def local_objects(root: Path, master: MasterKey) -> EncryptedObjects:
    """Objects under a local directory, which is made when missing."""
    root.mkdir(parents=True, exist_ok=True)
    return EncryptedObjects(LocalStore(root, automatic_cleanup=True), master)


class EncryptedObjects:
    """`ObjectStore` over any obstore store; see `encryption` for what lies in it."""

    def __init__(self, store: AnyStore, master: MasterKey) -> None:
        self._store = store
        self._master = master
        self._root = store.prefix if isinstance(store, LocalStore) else None

    async def put_file(self, key: str, source: Path) -> StoredObject:
        return await asyncio.to_thread(self._put_file, checked_key(key), source)

    async def put_bytes(self, key: str, data: bytes) -> StoredObject:
        return await asyncio.to_thread(self._put, checked_key(key), io.BytesIO(data))

    async def size(self, key: str) -> int:
        with _explained(key):
            meta = await obstore.head_async(self._store, checked_key(key))
        return encryption.plain_size(meta["size"])

    async def exists(self, key: str) -> bool:
        try:
            with _explained(key):
                await obstore.head_async(self._store, checked_key(key))
        except ObjectMissing:
            return False
        return True

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"Not a range of bytes: {start} to {end}.")
        opening, stored_size = await self._open(checked_key(key))
        size = encryption.plain_size(stored_size)
        start, end = min(start, size), size if end is None else min(end, size)
        if start == end and size > 0:  # of an empty object the one frame is opened, to know that it is whole
            return
        wanted = encryption.span(stored_size, start, end)
        skip, left = wanted.skip, wanted.length
        async for piece in self._decrypt(key, opening, wanted):
            part = piece[skip : skip + left] if skip or len(piece) > left else piece
            skip, left = 0, left - len(part)
            if part:
                yield part
        if left:
            raise StorageCorrupt(f"{key} ended {left} bytes before its end.")

    async def delete(self, key: str) -> None:
        await self._delete_all([checked_key(key)])

    async def delete_prefix(self, prefix: str) -> int:
        path = checked_prefix(prefix)
        removed = 0
        with _explained(prefix):
            async for found in obstore.list(self._store, f"{path}/", chunk_size=_DELETE_AT_ONCE):
                await self._delete_all([entry["path"] for entry in found])
                removed += len(found)
        return removed

    async def key_ids(self) -> dict[bytes, int]:
        """How many objects lie under which master key, by its id. Reads the header of every object."""
        found: dict[bytes, int] = {}
        async for entries in obstore.list(self._store, chunk_size=_DELETE_AT_ONCE):
            for entry in entries:
                try:
                    with _explained(entry["path"]):
                        got = await obstore.get_async(self._store, entry["path"], options={"range": (0, HEADER_BYTES)})
                        key_id = encryption.key_id_of(bytes(await got.bytes_async()))
                except ObjectMissing:  # erased meanwhile
                    continue
                if key_id is not None:
                    found[key_id] = found.get(key_id, 0) + 1
        return found

    async def sweep(self, older_than: timedelta) -> int:
        """Remove what writers that died left half-written on a local disk; how many files that was.

        Nothing refers to them. Cloud stores drop unfinished uploads by a rule of the bucket.
        """
        return 0 if self._root is None else await asyncio.to_thread(_sweep, self._root / _STAGING, older_than)

    def _put_file(self, key: str, source: Path) -> StoredObject:
        with source.open("rb") as file:
            return self._put(key, file)

    def _put(self, key: str, source: BinaryIO) -> StoredObject:
        sealing = Sealing(self._master, key, source)
        target = key if self._root is None else f"{_STAGING}/{uuid4().hex}"
        with _explained(key):
            obstore.put(
                self._store,
                target,
                sealing.pieces(),
                chunk_size=_PART_BYTES,
                max_concurrency=_PARTS_AT_ONCE,
            )
            if self._root is not None:
                durable.sync_file(self._root / target)
                obstore.rename(self._store, target, key)
                durable.sync_directories((self._root / key).parent, self._root)
        return sealing.stored()

    async def _open(self, key: str) -> tuple[Opening, int]:
        """What decrypts the object, and its stored size, in one request."""
        with _explained(key):
            found = await obstore.get_async(self._store, key, options={"range": (0, HEADER_BYTES)})
            header = bytes(await found.bytes_async())
        stored_size = found.meta["size"]
        return Opening(self._master, key, header, stored_size), stored_size

    async def _decrypt(self, key: str, opening: Opening, wanted: encryption.Span) -> AsyncIterator[bytes]:
        """Frames, decrypted on the event loop: 8 us each, where a thread's round trip costs more."""
        pending, frame, missing = b"", wanted.first, wanted.end - wanted.start
        async for piece in self._sealed(key, wanted):
            sealed = memoryview(b"".join((pending, piece)) if pending else piece)
            missing -= len(sealed) - len(pending)
            ready = encryption.whole_frames(len(sealed)) if missing else len(sealed)
            for plain in opening.frames(sealed[:ready], frame):
                yield plain
                frame += 1
            pending = bytes(sealed[ready:])

    async def _sealed(self, key: str, wanted: encryption.Span) -> AsyncIterator[bytes | obstore.Bytes]:
        """The stored bytes of a span. One stream from a cloud, where a request costs most; whole frames from a
        local disk, where obstore's stream takes a thread's round trip for every 8 KiB.
        """
        with _explained(key):
            if self._root is None:
                found = await obstore.get_async(self._store, key, options={"range": (wanted.start, wanted.end)})
                async for piece in found.stream(min_chunk_size=_READ_BYTES):
                    yield piece
                return
            for at in range(wanted.start, wanted.end, _READ_BYTES):
                end = min(at + _READ_BYTES, wanted.end)
                yield await obstore.get_range_async(self._store, key, start=at, end=end)

    async def _delete_all(self, keys: list[str]) -> None:
        for key in keys:
            try:
                with _explained(key):
                    await obstore.delete_async(self._store, key)
            except ObjectMissing:
                continue
        if self._root is not None:
            # Erased must stay erased: without this a power cut can bring a deleted file back.
            parents = {(self._root / key).parent for key in keys}
            for parent in parents:
                await asyncio.to_thread(durable.sync_directories, parent, self._root)


@contextmanager
def _explained(key: str) -> Iterator[None]:
    """Turn the store's errors into the port's."""
    try:
        yield
    except FileNotFoundError:
        raise ObjectMissing("There is no such object.") from None
    except (BaseError, OSError) as error:
        text = str(error)
        if "os error 28" in text or "Errno 28" in text or "os error 122" in text or "Errno 122" in text:
            raise StorageFull("The storage is full; make room and try again.", retry_after=30) from error
        if "Requested range was invalid" in text:
            raise StorageCorrupt(f"{key} is shorter than it was stored.") from error
        raise StorageUnreachable("The storage did not answer; try again.", retry_after=5) from error


def _sweep(staging: Path, older_than: timedelta) -> int:
    if not staging.is_dir():
        return 0
    # File times are the disk's, so this compares with the machine's clock and not with kit.clock.
    before = time.time() - older_than.total_seconds()
    old = [path for path in staging.iterdir() if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
