"""One upload's file: locked, recovered after a crash, appended to, read. Blocking; `spool_local` runs it in threads."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from colloquy.providers.storage import durable
from colloquy.providers.storage.master_key import MasterKey
from colloquy.providers.storage.port import StorageCorrupt, StorageFull, StorageUnreachable
from colloquy.providers.storage.spool import UploadBusy, UploadExists, UploadMissing
from colloquy.providers.storage.spool_format import (
    BEGINNING,
    MARK_AT,
    SEGMENTS_AT,
    Place,
    Segment,
    SpoolKeys,
    new_header,
    records,
)

_EARLY_BYTES = 1 << 18
"""Less than this is not worth a system call of its own: the sync that follows writes it."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class SpoolFile:
    """An open upload. `writable` takes the lock, which the kernel lets go of when this process dies."""

    def __init__(self, path: Path, master: MasterKey, *, writable: bool) -> None:
        self._path = path
        try:
            self._descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            raise UploadMissing("There is no such upload; begin a new one.") from None
        try:
            locked = self._lock()
            self._refuse(busy=writable and not locked)
            self._keys = SpoolKeys(master, path.stem, os.pread(self._descriptor, MARK_AT, 0))
            self.safe = self._recover() if locked else self._marked()
            if locked and not writable:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        except BaseException:
            os.close(self._descriptor)
            raise

    def close(self) -> None:
        """Let go of the file and its lock."""
        os.close(self._descriptor)

    def records(self) -> Iterator[bytes]:
        """The plaintext of all that is safe; StorageCorrupt when it was damaged since."""
        reached = BEGINNING
        for record in records(self._descriptor, self._keys, BEGINNING, self.safe.position):
            reached = record.end
            if record.plain:
                yield record.plain
        if reached != self.safe:
            raise StorageCorrupt(f"Upload {self._path.stem} is damaged at byte {reached.offset}.")

    def write(self, at: int, data: bytes | memoryview) -> None:
        """Write all of `data` at a file position; StorageFull, StorageUnreachable."""
        view, start = memoryview(data), at
        with _explained():
            while view:
                written = os.pwrite(self._descriptor, view, at)
                view, at = view[written:], at + written
        if at - start >= _EARLY_BYTES:
            durable.begin_writing(self._descriptor, start, at - start)

    def sync(self) -> None:
        """Return when what was written is on the disk."""
        with _explained():
            os.fdatasync(self._descriptor)

    def cut(self, place: Place) -> None:
        """Forget everything after a place."""
        os.ftruncate(self._descriptor, place.position)

    def settle(self, place: Place) -> None:
        """Everything before `place` is now safe: sync it, then say so in the mark."""
        self.sync()
        # Not synced itself: if a power cut takes it, the mark before it is still true.
        self.write(MARK_AT, self._keys.mark(place))
        self.safe = place

    def segment(self, offset: int, *, promised: bool) -> Segment:
        """A new segment of this upload."""
        return Segment(self._keys, offset, promised=promised)

    def erase(self) -> None:
        """Remove the upload from the disk."""
        self._path.unlink(missing_ok=True)
        durable.sync_directories(self._path.parent, self._path.parent)

    def _refuse(self, *, busy: bool) -> None:
        if busy:
            raise UploadBusy("Another request is sending this upload; try again in a moment.", retry_after=1)
        if os.fstat(self._descriptor).st_nlink == 0:  # deleted between opening and locking it
            raise UploadMissing("There is no such upload; begin a new one.")

    def _lock(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _marked(self) -> Place:
        mark = os.pread(self._descriptor, SEGMENTS_AT - MARK_AT, MARK_AT)
        return self._keys.place(mark) or BEGINNING

    def _recover(self) -> Place:
        """Cut away what a crash left torn, and make what it left whole as safe as everything before it."""
        size = os.fstat(self._descriptor).st_size
        marked = self._marked()
        if marked.position > size:
            # Bytes that were on the disk are gone; what is left of them is whatever still verifies.
            marked = BEGINNING
        reached = marked
        for record in records(self._descriptor, self._keys, marked, size):
            if record.counts:
                reached = record.end
        if reached.position != size:
            self.cut(reached)
        if reached != self._marked():
            self.settle(reached)
        return reached


def create(path: Path, master: MasterKey) -> None:
    """A new upload at offset 0, on the disk; UploadExists, StorageFull."""
    header = new_header(master)
    mark = SpoolKeys(master, path.stem, header).mark(BEGINNING)
    draft = path.with_suffix(f".{os.urandom(4).hex()}.new")
    with _explained():
        try:
            with draft.open("xb") as file:
                file.write(header + mark)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)  # unlike a rename, this refuses to replace
        except FileExistsError:
            raise UploadExists("This upload has begun already; continue it.") from None
        finally:
            draft.unlink(missing_ok=True)
        durable.sync_directories(path.parent, path.parent)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull("The disk for uploads is full; what arrived is safe.", retry_after=30) from error
        raise StorageUnreachable("The disk for uploads failed; try again.", retry_after=5) from error
