"""Objects and uploads in memory, for tests of what is built on storage. They promise all but durability."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import new as new_hash
from hashlib import sha256
from pathlib import Path

from colloquy.kit import clock
from colloquy.providers.storage.port import ObjectMissing, StoredObject, checked_key, checked_prefix
from colloquy.providers.storage.spool import (
    ChecksumMismatch,
    OffsetMismatch,
    UploadBusy,
    UploadExists,
    UploadMissing,
    UploadTooLarge,
    checked_checksum,
    checked_upload_id,
)

_PIECE_BYTES = 1 << 16


class InMemoryObjects:
    """`ObjectStore` in a dictionary."""

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}

    async def put_file(self, key: str, source: Path) -> StoredObject:
        return await self.put_bytes(key, source.read_bytes())  # noqa: ASYNC240 - small files in tests

    async def put_bytes(self, key: str, data: bytes) -> StoredObject:
        self._objects[checked_key(key)] = data
        return StoredObject(key, len(data), sha256(data).digest())

    async def size(self, key: str) -> int:
        return len(self._found(key))

    async def exists(self, key: str) -> bool:
        return checked_key(key) in self._objects

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"Not a range of bytes: {start} to {end}.")
        data = self._found(key)[start:end]
        for at in range(0, len(data), _PIECE_BYTES):
            yield data[at : at + _PIECE_BYTES]

    async def delete(self, key: str) -> None:
        self._objects.pop(checked_key(key), None)

    async def delete_prefix(self, prefix: str) -> int:
        path = checked_prefix(prefix)
        doomed = [key for key in self._objects if key.startswith(f"{path}/")]
        for key in doomed:
            del self._objects[key]
        return len(doomed)

    def _found(self, key: str) -> bytes:
        try:
            return self._objects[checked_key(key)]
        except KeyError:
            raise ObjectMissing("There is no such object.") from None


@dataclass(slots=True)
class _Upload:
    data: bytearray = field(default_factory=bytearray)
    touched: datetime = field(default_factory=clock.now)
    busy: bool = False


class InMemorySpool:
    """`UploadSpool` in a dictionary. Its senders are programs that are never silent, so none makes way."""

    def __init__(self) -> None:
        self._uploads: dict[str, _Upload] = {}

    async def create(self, upload_id: str) -> None:
        if checked_upload_id(upload_id) in self._uploads:
            raise UploadExists("This upload has begun already; continue it.")
        self._uploads[upload_id] = _Upload()

    async def offset(self, upload_id: str) -> int:
        return len(self._found(upload_id).data)

    async def resume_at(self, upload_id: str) -> int:
        return await self.offset(upload_id)

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
        upload = self._found(upload_id)
        if upload.busy:
            raise UploadBusy("Another request is sending this upload; try again in a moment.", retry_after=1)
        if at != len(upload.data):
            raise OffsetMismatch(len(upload.data))
        upload.busy = True
        arrived = bytearray()
        complete = False
        try:
            async for chunk in chunks:
                if at + len(arrived) + len(chunk) > limit:
                    raise UploadTooLarge(limit)
                arrived += chunk
            complete = True
        finally:
            upload.busy = False
            kept = checksum is None or (complete and new_hash(checksum[0], arrived).digest() == checksum[1])
            if kept:
                upload.data += arrived
                upload.touched = clock.now()
        if not kept:
            raise ChecksumMismatch("The bytes that arrived are not those that were sent; send them again.")
        return len(upload.data)

    async def read(self, upload_id: str) -> AsyncIterator[bytes]:
        data = bytes(self._found(upload_id).data)
        for at in range(0, len(data), _PIECE_BYTES):
            yield data[at : at + _PIECE_BYTES]

    async def copy_to(self, upload_id: str, target: Path) -> int:
        return target.write_bytes(self._found(upload_id).data)  # noqa: ASYNC240 - small files in tests

    async def delete(self, upload_id: str) -> None:
        found = self._uploads.get(checked_upload_id(upload_id))
        if found is not None and found.busy:
            raise UploadBusy("Another request is sending this upload; try again in a moment.", retry_after=1)
        self._uploads.pop(upload_id, None)

    async def stale(self, older_than: timedelta) -> list[str]:
        before = clock.now() - older_than
        return [name for name, upload in self._uploads.items() if upload.touched < before]

    def _found(self, upload_id: str) -> _Upload:
        try:
            return self._uploads[checked_upload_id(upload_id)]
        except KeyError:
            raise UploadMissing("There is no such upload; begin a new one.") from None
