"""What Colloquy asks of a place for objects, and what can go wrong there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from colloquy.kit.errors import NotFound, OutOfRoom, Unavailable

_KEY = re.compile(r"[a-z0-9][a-z0-9/_.-]{0,511}")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as its owner knows it: `size` in bytes and `sha256` (32 bytes) are the plaintext's."""

    key: str
    size: int
    sha256: bytes


class ObjectMissing(NotFound):
    """No object has this key."""

    code = "object_missing"


class StorageFull(OutOfRoom):
    """There is no room left. Nothing acknowledged was lost, and it works again when room is made."""


class StorageUnreachable(Unavailable):
    """The store did not answer as it should; the same call may succeed later."""


class StorageCorrupt(Exception):  # noqa: N818 - named by what was found, like its neighbours
    """The bytes are not the ones that were stored: cut, changed, moved, or under another key.

    Never caused by a person's input, so it is not a Refusal: it must reach an operator.
    """


class WrongMasterKey(StorageCorrupt):
    """The object was stored under a master key that is not configured here."""


class ObjectStore(Protocol):
    """Keeps objects whole: one that was acknowledged survives a power cut, a half-written one is never seen.

    Keys are `org_id/...` of at least two segments, lower-case letters, digits and `_ . -`; another key is a
    ValueError, because keys are made by us.
    """

    async def put_file(self, key: str, source: Path) -> StoredObject:
        """Store a file's content, replacing what was there; StorageFull, StorageUnreachable."""

    async def put_bytes(self, key: str, data: bytes) -> StoredObject:
        """Store `data`, replacing what was there; StorageFull, StorageUnreachable."""

    async def size(self, key: str) -> int:
        """Bytes of plaintext; ObjectMissing."""

    def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The plaintext from byte `start` up to, not including, `end` (default and at most: its size).

        Only what is asked for is fetched and decrypted. ObjectMissing or StorageCorrupt come with the first
        piece that shows it; pieces already given were right.
        """

    async def delete(self, key: str) -> None:
        """Remove an object; one that is not there counts as removed."""

    async def exists(self, key: str) -> bool:
        """Whether an object has this key."""

    async def delete_prefix(self, prefix: str) -> int:
        """Remove every object whose key begins with the path `prefix`; how many there were. `a/b` covers
        `a/b/c`, not `a/bc`.
        """


def checked_key(key: str) -> str:
    """The key itself; ValueError when it could name something outside its tenant's part of the store."""
    segments = key.split("/")
    if not _KEY.fullmatch(key) or len(segments) < 2 or any(part.strip(".") == "" for part in segments):  # noqa: PLR2004 - org and name
        raise ValueError(f"Not a storage key: {key!r}. Use org_id/name with lower-case letters, digits, _ . -")
    return key


def checked_prefix(prefix: str) -> str:
    """The prefix without a closing slash; ValueError as for keys, though one segment is enough."""
    path = prefix.removesuffix("/")
    checked_key(f"{path}/x")
    return path
