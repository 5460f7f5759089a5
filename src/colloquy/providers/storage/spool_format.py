"""The format of spooled uploads: AES-256-GCM records that tell what is safe after any crash.

    header (64)   "CQSP", version 1, 3 zero bytes, master key id (8), salt (32), 16 zero bytes
    mark (64)     position (uint64), offset (uint64), HMAC-SHA256 of both (32), 16 zero bytes
    segments      one or more for each append:
        "SEGM", flags (1 = promised), 3 zero bytes, offset (uint64), salt (32)
        records: length (uint32, at most 262144), that much ciphertext, tag (16)

Integers are big-endian. The mark says: everything before `position` was on the disk when I was written, and is
`offset` bytes of plaintext. So only what lies after it must be verified, record by record; a lost or torn mark
costs time (all is verified) and never bytes. It always points at the border of two segments.

A segment's key is HKDF-SHA256(master key, its salt, "colloquy spool v1" 0x00 upload id), its records are numbered
by their nonces, and its header is associated data. Every append begins a segment with a fresh salt: a torn tail
that is cut off and written anew can therefore never repeat a nonce. A promised segment (its append came with a
checksum) counts only when its closing record, of length 0, is there.
"""

from __future__ import annotations

import hmac
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from colloquy.providers.storage.master_key import MasterKey
from colloquy.providers.storage.port import StorageCorrupt, WrongMasterKey

RECORD_BYTES = 1 << 18
_TAG_BYTES = 16
_HEADER = struct.Struct(">4sB3x8s32s16x")
_MARK = struct.Struct(">QQ32s16x")
_SEGMENT = struct.Struct(">4sB3xQ32s")
_LENGTH = struct.Struct(">I")
_NONCE = struct.Struct(">4xQ")
RECORD_OVERHEAD = _LENGTH.size + _TAG_BYTES
SEGMENT_OVERHEAD = _SEGMENT.size
_MAGIC, _SEGMENT_MAGIC, _VERSION, _PROMISED = b"CQSP", b"SEGM", 1, 1
_SALT_BYTES = 32
MARK_AT = _HEADER.size
SEGMENTS_AT = MARK_AT + _MARK.size


@dataclass(frozen=True, slots=True)
class Place:
    """A border of two segments: `position` in the file, `offset` in the upload."""

    position: int
    offset: int


BEGINNING = Place(SEGMENTS_AT, 0)


@dataclass(frozen=True, slots=True)
class Record:
    """A verified record: its plaintext, where it ends, and whether what precedes that end counts as received."""

    plain: bytes
    end: Place
    counts: bool


class SpoolKeys:
    """The keys of one upload."""

    def __init__(self, master: MasterKey, upload_id: str, header: bytes) -> None:
        if len(header) != _HEADER.size:
            raise StorageCorrupt(f"Upload {upload_id} is shorter than its header.")
        magic, version, key_id, salt = _HEADER.unpack(header)
        if (magic, version) != (_MAGIC, _VERSION):
            raise StorageCorrupt(f"Upload {upload_id} does not begin like a spooled upload.")
        its = master.of(key_id)
        if its is None:
            raise WrongMasterKey(f"Upload {upload_id} needs master key {key_id.hex()}, which is not configured.")
        self._master = its
        self._id = upload_id.encode()
        self._mark_key = its.derive(salt, b"colloquy spool mark v1\x00" + self._id)

    def mark(self, place: Place) -> bytes:
        """The mark that vouches for everything before a place."""
        return _MARK.pack(place.position, place.offset, self._mac(place))

    def place(self, mark: bytes) -> Place | None:
        """What a mark vouches for; None when it is torn or not ours."""
        if len(mark) != _MARK.size:
            return None
        position, offset, mac = _MARK.unpack(mark)
        place = Place(position, offset)
        return place if hmac.compare_digest(mac, self._mac(place)) else None

    def segment(self, salt: bytes) -> AESGCM:
        """What encrypts the records of one segment."""
        return AESGCM(self._master.derive(salt, b"colloquy spool v1\x00" + self._id))

    def _mac(self, place: Place) -> bytes:
        return hmac.digest(self._mark_key, struct.pack(">QQ", place.position, place.offset), sha256)


def key_id_of(header: bytes) -> bytes | None:
    """The id of the master key of an upload; None when this is no upload's header."""
    if len(header) != _HEADER.size:
        return None
    magic, _version, key_id, _salt = _HEADER.unpack(header)
    return bytes(key_id) if magic == _MAGIC else None


def new_header(master: MasterKey) -> bytes:
    """The header of a new upload."""
    return _HEADER.pack(_MAGIC, _VERSION, master.key_id, os.urandom(_SALT_BYTES))


class Segment:
    """Encrypts the records of one segment, in order."""

    def __init__(self, keys: SpoolKeys, offset: int, *, promised: bool) -> None:
        salt = os.urandom(_SALT_BYTES)
        self.header = _SEGMENT.pack(_SEGMENT_MAGIC, _PROMISED if promised else 0, offset, salt)
        self._cipher = keys.segment(salt)
        self._next = 0

    def seal_into(self, room: memoryview, plain: bytes | bytearray | memoryview) -> int:
        """Write the record that holds `plain` (at most RECORD_BYTES; of no bytes it is the closing record) to
        the beginning of `room`, which has space for it; how many bytes that took.
        """
        length = len(plain)
        end = length + RECORD_OVERHEAD
        _LENGTH.pack_into(room, 0, length)
        self._cipher.encrypt_into(_NONCE.pack(self._next), plain, self.header, room[_LENGTH.size : end])
        self._next += 1
        return end


def records(descriptor: int, keys: SpoolKeys, start: Place, size: int) -> Iterator[Record]:
    """Every verified record from `start` (a border) on, up to file position `size`; ends at the first bad one."""
    position, offset = start.position, start.offset
    cipher, header, number, promised = None, b"", 0, False
    while position < size:
        word = os.pread(descriptor, _LENGTH.size, position)
        if word == _SEGMENT_MAGIC:
            header = os.pread(descriptor, _SEGMENT.size, position)
            if len(header) < _SEGMENT.size:
                return
            _, flags, begins_at, salt = _SEGMENT.unpack(header)
            if begins_at != offset:
                return
            cipher, number, promised = keys.segment(salt), 0, bool(flags & _PROMISED)
            position += _SEGMENT.size
            continue
        if cipher is None or len(word) < _LENGTH.size:
            return
        (length,) = _LENGTH.unpack(word)
        if length > RECORD_BYTES:
            return
        sealed = os.pread(descriptor, length + _TAG_BYTES, position + _LENGTH.size)
        try:
            plain = cipher.decrypt(_NONCE.pack(number), sealed, header)
        except (InvalidTag, ValueError):  # ValueError: shorter than a tag
            return
        number += 1
        position += _LENGTH.size + length + _TAG_BYTES
        offset += length
        yield Record(plain, Place(position, offset), counts=not promised or length == 0)
