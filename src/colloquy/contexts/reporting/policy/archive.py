"""A ZIP archive that is sent while it is made: nothing is held in memory but the piece under way.

Entries are stored, not compressed: recordings do not get smaller, and so the archive's length is known before its
first byte, for a browser to show how far the download is (`archive_size`).
"""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

_LIMIT = zipfile.ZIP64_LIMIT
_MOST_ENTRIES = zipfile.ZIP_FILECOUNT_LIMIT
_EARLIEST = 1980  # the first year that the format can write


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the archive: its ASCII `name`, exactly how many bytes it has, and how to read them."""

    name: str
    size: int
    read: Callable[[], AsyncIterator[bytes]]
    at: datetime


class _Sink:
    """Where `zipfile` writes to: gives what it got, and cannot go back, so that sizes follow their entries."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        data = bytes(self._written)
        self._written.clear()
        return data


async def archive(entries: Iterable[Entry]) -> AsyncIterator[bytes]:
    """The archive's bytes, in pieces about as large as the entries' own.

    Raises ValueError, after which the archive is broken off, when an entry has not the size that it said.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as file:  # type: ignore[call-overload] # a write-only file is enough
        for entry in entries:
            written = 0
            with file.open(_info(entry), "w") as target:
                async for piece in entry.read():
                    target.write(piece)
                    written += len(piece)
                    yield sink.taken()
            if written != entry.size:
                raise ValueError(f"{entry.name} has {written} bytes, not {entry.size}.")
    yield sink.taken()


def archive_size(entries: Iterable[Entry]) -> int:
    """How many bytes `archive` gives for these entries.

    Follows APPNOTE.TXT 6.3.10: local header (4.3.7), data, data descriptor (4.3.9), central header (4.3.12), end of
    the central directory (4.3.14 to 4.3.16), with the wider forms (4.5.3) where `zipfile` uses them.
    """
    offset = directory = count = 0
    for entry in entries:
        name = len(entry.name.encode())
        # zipfile plans with five per cent of growth, as compressed data may have.
        wide = entry.size * 1.05 > _LIMIT
        wide_fields = 2 * (entry.size > _LIMIT) + (offset > _LIMIT)
        directory += 46 + name + (4 + 8 * wide_fields if wide_fields else 0)
        offset += 30 + name + (20 if wide else 0) + entry.size + (24 if wide else 16)
        count += 1
    ended_wide = count > _MOST_ENTRIES or offset > _LIMIT or directory > _LIMIT
    return offset + directory + 22 + (76 if ended_wide else 0)


def _info(entry: Entry) -> zipfile.ZipInfo:
    at = entry.at
    info = zipfile.ZipInfo(entry.name, (max(_EARLIEST, at.year), at.month, at.day, at.hour, at.minute, at.second))
    info.external_attr = 0o600 << 16  # for its owner alone, where it is unpacked on a shared machine
    info.file_size = entry.size
    return info
