"""One append to a spooled upload: bytes in, records out, and a true offset whatever happens. Blocking.

Nothing is allocated per mebibyte: pieces are encrypted from where they lie into one buffer that is used again.
Fresh buffers of a mebibyte cost 256 page faults each, eight times the encryption itself.
"""

from __future__ import annotations

from hashlib import new as new_hash
from typing import Any

from colloquy.providers.storage.port import StorageFull, StorageUnreachable
from colloquy.providers.storage.spool import ChecksumMismatch, OffsetMismatch
from colloquy.providers.storage.spool_file import SpoolFile
from colloquy.providers.storage.spool_format import (
    RECORD_BYTES,
    RECORD_OVERHEAD,
    SEGMENT_OVERHEAD,
    Place,
    Segment,
)

# The most that must be verified again after a crash, and the most a power cut takes from an open append.
SYNC_BYTES = 64 << 20
_ROOM_BYTES = 1 << 20
# Pieces smaller than this are gathered into one record, larger ones become records as they are.
_GATHERED_BYTES = 1 << 15


class Appending:
    """One append in progress. After any failure the file holds whole records and its offset is true."""

    def __init__(self, file: SpoolFile, at: int, checksum: tuple[str, bytes] | None) -> None:
        if file.safe.offset != at:
            raise OffsetMismatch(file.safe.offset)
        self.failed = False
        self._file = file
        self._written = file.safe
        self._segment: Segment | None = None
        self._gathered = bytearray()
        self._room = bytearray()
        self._used = 0  # bytes of the room that hold records not yet written
        self._sealed = at  # the offset after those records
        self._promise = checksum
        self._digest: Any = new_hash(checksum[0], usedforsecurity=False) if checksum else None

    def take(self, pieces: list[bytes]) -> None:
        """Encrypt and write the pieces; StorageFull, StorageUnreachable, after which nothing more is taken."""
        for piece in pieces:
            if self._digest is not None:
                self._digest.update(piece)
            if len(piece) < _GATHERED_BYTES:
                self._gathered += piece
                if len(self._gathered) >= _GATHERED_BYTES:
                    self._seal_gathered()
            else:
                self._seal_gathered()
                view = memoryview(piece)
                for start in range(0, len(piece), RECORD_BYTES):
                    self._seal(view[start : start + RECORD_BYTES])
        if self._promise is None and self._written.offset - self._file.safe.offset >= SYNC_BYTES:
            self._settle()

    def finish(self, *, complete: bool) -> int:
        """Make what was taken safe; the upload's offset.

        `complete` is whether the sender got to the end: only then can a promise be kept. ChecksumMismatch.
        """
        if self._promise is not None and not (complete and self._digest.digest() == self._promise[1]):
            self._undo()
            if complete:
                raise ChecksumMismatch("The bytes that arrived are not those that were sent; send them again.")
            return self._file.safe.offset
        if not self.failed:
            self._seal_gathered()
            if self._promise is not None and self._segment is not None:
                self._seal(b"")
        if self._segment is not None:
            self._settle()
        return self._file.safe.offset

    def _seal_gathered(self) -> None:
        if self._gathered:
            # Swapped for a new one before it is sealed: a failure must not seal the same bytes twice.
            gathered, self._gathered = self._gathered, bytearray()
            self._seal(gathered)

    def _seal(self, plain: memoryview | bytearray | bytes) -> None:
        """Add a record to the room, making space in it first."""
        needed = len(plain) + RECORD_OVERHEAD + SEGMENT_OVERHEAD
        if self._used + needed > len(self._room):
            self._flush()
            if needed > len(self._room):
                # The first piece tells a small append, which gets a small room, from the start of a large one.
                self._room = bytearray(needed if needed <= _GATHERED_BYTES else _ROOM_BYTES)
        room = memoryview(self._room)
        if self._segment is None:
            self._segment = self._file.segment(self._sealed, promised=self._promise is not None)
            room[self._used : self._used + SEGMENT_OVERHEAD] = self._segment.header
            self._used += SEGMENT_OVERHEAD
        self._used += self._segment.seal_into(room[self._used :], plain)
        self._sealed += len(plain)

    def _flush(self) -> None:
        """Write the room's records; when there is no space on the disk for all, none of them."""
        if not self._used:
            return
        try:
            self._file.write(self._written.position, memoryview(self._room)[: self._used])
        except (StorageFull, StorageUnreachable):
            self.failed = True
            self._used = 0
            self._file.cut(self._written)
            raise
        self._written = Place(self._written.position + self._used, self._sealed)
        self._used = 0

    def _settle(self) -> None:
        """Make all that was taken safe, and end the segment: a mark stands at a border."""
        self._flush()
        try:
            self._file.settle(self._written)
        except (StorageFull, StorageUnreachable):
            # After a failed sync the kernel may hold pages as clean that never reached the disk: only what
            # was safe before can be trusted.
            self.failed = True
            self._undo()
            raise
        self._segment = None

    def _undo(self) -> None:
        self._file.cut(self._file.safe)
        self._written = self._file.safe
        self._segment, self._used = None, 0
