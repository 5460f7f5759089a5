"""ZIP archives, down to the last byte of every entry: sizes as they are, not as the file says they are."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from colloquy.providers.documents.reading.verdict import LIMITS, Budget, RefusedError

_PIECE = 1 << 16
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_LOCKED = 0x1
"""General purpose bit 0 (APPNOTE.TXT 4.4.4): the entry is encrypted."""

_PROGRAMS = (
    *(".exe", ".dll", ".scr", ".com", ".msi", ".lnk", ".bat", ".cmd", ".vbs", ".vbe", ".jse", ".wsf", ".hta", ".pif"),
    *(".cpl", ".jar", ".apk", ".dmg", ".app", ".iso", ".img", ".reg", ".scf", ".url", ".chm"),
)
_OTHER_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"MSCF")
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error, OSError, ValueError, UnicodeError)


def open_archive(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive, when its list is sound. RefusedError: damaged, too many entries, locked, overlapping, odd names."""
    _refuse_long_list(file)
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except RuntimeError as error:  # zipfile's word for a form that it does not read
        raise RefusedError("archive_form") from error
    except _BROKEN as error:
        raise RefusedError("damaged_file") from error
    if not entries:
        raise RefusedError("damaged_file")
    if len(entries) > LIMITS.entries:
        raise RefusedError("archive_bomb")
    names = set()
    for entry in entries:
        _refuse_entry(entry)
        if entry.filename in names:
            raise RefusedError("archive_form")
        names.add(entry.filename)
    _refuse_overlap(file, archive, entries)
    return archive


def pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    """An entry's content, piece by piece, each counted before it is given."""
    try:
        with archive.open(entry) as content:
            while piece := content.read(_PIECE):
                budget.spend(len(piece), "archive_bomb")
                yield piece
    except RuntimeError as error:  # zipfile's word for a password, and for a way of packing that it does not know
        raise RefusedError("archive_locked" if entry.flag_bits & _LOCKED else "archive_form") from error
    except _BROKEN as error:
        raise RefusedError("damaged_file") from error


def look_through(archive: zipfile.ZipFile, budget: Budget, depth: int) -> Iterator[tuple[bytes, set[str]]]:
    """Unpack everything once. Yields each archive within, whole, and flags of what lies beside."""
    for entry in archive.infolist():
        if entry.filename.lower().endswith(_PROGRAMS):
            yield b"", {"programs"}
        reading = pieces(archive, entry, budget)
        first = next(reading, b"")
        if first.startswith(b"PK\x03\x04"):
            if depth >= LIMITS.depth:
                raise RefusedError("archive_nested")
            inner = bytearray(first)
            for piece in reading:
                inner += piece
                if len(inner) > LIMITS.nested:
                    raise RefusedError("archive_bomb")
            yield bytes(inner), set()
            continue
        if first.startswith((b"MZ", b"\x7fELF")):
            yield b"", {"programs"}
        elif first.startswith(_OTHER_ARCHIVES):
            yield b"", {"archive_inside"}
        for _piece in reading:
            pass


def _refuse_long_list(file: IO[bytes]) -> None:
    """Before zipfile makes an object of each of its entries."""
    size = file.seek(0, io.SEEK_END)
    tail_at = max(0, size - _END.size - 0xFFFF)
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise RefusedError("damaged_file")
    _sign, _disk, _start, _here, entries, list_bytes, _offset, _comment = _END.unpack_from(tail, at)
    # ZIP64 archives hold more or larger entries than any upload here may be.
    if entries > LIMITS.entries or list_bytes > LIMITS.directory:
        raise RefusedError("archive_bomb")
    file.seek(0)


def _refuse_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    parts = name.replace("\\", "/").split("/")
    outside = name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in name
    linked = stat.S_ISLNK(entry.external_attr >> 16)
    if outside or linked or len(name) > LIMITS.entry_name or not _TURNS.isdisjoint(name):
        raise RefusedError("archive_names")
    if entry.flag_bits & _LOCKED:
        raise RefusedError("archive_locked")
    if entry.compress_type not in _METHODS:
        raise RefusedError("archive_form")


def _refuse_overlap(file: IO[bytes], archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Two entries that share bytes: the densest bombs do (https://www.bamsoftware.com/hacks/zipbomb/)."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    if ordered and ordered[0].header_offset != 0:
        raise RefusedError("two_things")
    ends = [entry.header_offset for entry in ordered[1:]] + [archive.start_dir]
    for entry, end in zip(ordered, ends, strict=True):
        file.seek(entry.header_offset)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size:
            raise RefusedError("damaged_file")
        name_bytes, extra_bytes = _LOCAL.unpack(head)[-2:]
        if entry.header_offset + _LOCAL.size + name_bytes + extra_bytes + entry.compress_size > end:
            raise RefusedError("archive_form")
