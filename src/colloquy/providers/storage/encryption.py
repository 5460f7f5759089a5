"""The format of stored objects: AES-256-GCM in frames, so that any part can be read and no part changed.

    header (64 bytes)  "CQOB", version 1, 3 zero bytes, master key id (8), frame size (uint32, 65536),
                       salt (32), 12 zero bytes; integers are big-endian
    frames             plaintext in pieces of 65536 bytes, the last one 0 to 65536, each encrypted and
                       followed by its 16-byte tag

The object's key is HKDF-SHA256(master key, salt, "colloquy object v1" 0x00 storage key): an object moved to
another name no longer opens. Frame i has the nonce 0x00 x 7, i (uint32), 1 when it is the last and else 0, and
the header as associated data. That is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar: "Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015): frames that are changed, swapped,
repeated or cut off at the end do not open. Nonces cannot repeat, for the salt is fresh with every object.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from colloquy.providers.storage.master_key import MasterKey
from colloquy.providers.storage.port import StorageCorrupt, StoredObject, WrongMasterKey

FRAME_BYTES = 1 << 16
TAG_BYTES = 16
SEALED_BYTES = FRAME_BYTES + TAG_BYTES
_HEADER = struct.Struct(">4sB3x8sI32s12x")
HEADER_BYTES = _HEADER.size
_MAGIC, _VERSION = b"CQOB", 1
_SALT_BYTES = 32
_NONCE = struct.Struct(">7xIB")
_FRAMES_PER_PIECE = 16


class Sealing:
    """Encrypts a file piece by piece. `stored()` knows its size and hash once `pieces()` has run out."""

    def __init__(self, master: MasterKey, key: str, source: BinaryIO) -> None:
        salt = os.urandom(_SALT_BYTES)
        self._header = _HEADER.pack(_MAGIC, _VERSION, master.key_id, FRAME_BYTES, salt)
        self._cipher = _cipher(master, salt, key)
        self._key = key
        self._source = source
        self._digest = sha256()
        self._size = 0

    def pieces(self) -> Iterator[bytes]:
        """The header and then the frames, about a mebibyte at a time."""
        yield self._header
        index = 0
        # One piece is read ahead, because a frame must know whether it is the last.
        piece = self._source.read(FRAME_BYTES * _FRAMES_PER_PIECE)
        while True:
            following = self._source.read(FRAME_BYTES * _FRAMES_PER_PIECE)
            self._digest.update(piece)
            self._size += len(piece)
            yield self._seal(piece, index, last=not following)
            if not following:
                return
            index += _FRAMES_PER_PIECE
            piece = following

    def stored(self) -> StoredObject:
        """What was encrypted."""
        return StoredObject(self._key, self._size, self._digest.digest())

    def _seal(self, piece: bytes, index: int, *, last: bool) -> bytes:
        count = max(1, -(-len(piece) // FRAME_BYTES))
        sealed = bytearray(len(piece) + count * TAG_BYTES)
        plain, room = memoryview(piece), memoryview(sealed)
        for number in range(count):
            frame = plain[number * FRAME_BYTES : (number + 1) * FRAME_BYTES]
            nonce = _NONCE.pack(index + number, last and number == count - 1)
            at = number * SEALED_BYTES
            self._cipher.encrypt_into(nonce, frame, self._header, room[at : at + len(frame) + TAG_BYTES])
        return bytes(sealed)


@dataclass(frozen=True, slots=True)
class Span:
    """The stored bytes, from `start` up to `end`, that hold a range of plaintext, from frame `first` on.

    Of the decrypted frames, `skip` bytes lie before the range and `length` bytes are it.
    """

    start: int
    end: int
    first: int
    skip: int
    length: int


def key_id_of(header: bytes) -> bytes | None:
    """The id of the master key that an object was stored under; None when this is no object's header."""
    if len(header) != HEADER_BYTES:
        return None
    magic, _version, key_id, _frame_bytes, _salt = _HEADER.unpack(header)
    return bytes(key_id) if magic == _MAGIC else None


def plain_size(stored_size: int) -> int:
    """Bytes of plaintext in an object of this many stored bytes; StorageCorrupt when none has that size."""
    frames, rest = divmod(stored_size - HEADER_BYTES, SEALED_BYTES)
    if stored_size < HEADER_BYTES + TAG_BYTES or 0 < rest < TAG_BYTES:
        raise StorageCorrupt(f"No object has {stored_size} stored bytes; it was cut.")
    return frames * FRAME_BYTES + max(0, rest - TAG_BYTES)


def span(stored_size: int, start: int, end: int) -> Span:
    """Where plaintext `start` to `end` lies. An empty object has one frame, and it must be opened too."""
    first = start // FRAME_BYTES
    frames = max(1, -(-end // FRAME_BYTES)) - first
    stored_start = HEADER_BYTES + first * SEALED_BYTES
    stored_end = min(stored_size, stored_start + frames * SEALED_BYTES)
    return Span(stored_start, stored_end, first, start - first * FRAME_BYTES, end - start)


class Opening:
    """Decrypts frames of one object in order. Made from its header, its name and its stored size."""

    def __init__(self, master: MasterKey, key: str, header: bytes, stored_size: int) -> None:
        if len(header) != HEADER_BYTES:
            raise StorageCorrupt(f"{key} is shorter than its header.")
        magic, version, key_id, frame_bytes, salt = _HEADER.unpack(header)
        if (magic, version, frame_bytes) != (_MAGIC, _VERSION, FRAME_BYTES):
            raise StorageCorrupt(f"{key} does not begin like a stored object.")
        its = master.of(key_id)
        if its is None:
            raise WrongMasterKey(f"{key} was stored under master key {key_id.hex()}, which is not configured.")
        self._cipher = _cipher(its, salt, key)
        self._header = header
        self._key = key
        self._last = max(0, -(-plain_size(stored_size) // FRAME_BYTES) - 1)

    def frames(self, sealed: memoryview, first: int) -> Iterator[bytes]:
        """Decrypt whole frames, the first of which is number `first`; StorageCorrupt at the first bad one."""
        for number, at in enumerate(range(0, len(sealed), SEALED_BYTES), start=first):
            frame = sealed[at : at + SEALED_BYTES]
            try:
                yield self._cipher.decrypt(_NONCE.pack(number, number == self._last), frame, self._header)
            except InvalidTag:
                message = f"Frame {number} of {self._key} is not what was stored."
                raise StorageCorrupt(message) from None


def whole_frames(sealed_bytes: int) -> int:
    """How many of the first `sealed_bytes` bytes are complete frames."""
    return sealed_bytes // SEALED_BYTES * SEALED_BYTES


def _cipher(master: MasterKey, salt: bytes, key: str) -> AESGCM:
    return AESGCM(master.derive(salt, b"colloquy object v1\x00" + key.encode()))
