"""PNG and JPEG pictures: whole, of a size that a viewer can hold, and nothing besides. No pixel is decoded."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from colloquy.providers.documents.reading.verdict import LIMITS, Found, RefusedError

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
_MARKUP = re.compile(rb"<\s*(?:script|html|iframe|svg|object|embed|!doctype\s+html|\?php)", re.IGNORECASE)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, table B.1)."""
_SCAN, _END, _STANDALONE = 0xDA, 0xD9, frozenset(range(0xD0, 0xD9)) | {0x01}
_PACKED_AT = {b"iCCP": 1, b"zTXt": 1}


def read(data: bytes) -> Found:
    """What the picture is. RefusedError: damaged, too many pixels, something else in it or behind it."""
    return _png(data) if data.startswith(PNG) else _jpeg(data)


def _png(data: bytes) -> Found:
    """Chunks (PNG 3rd edition, 5.3): length, type, content, check sum; IHDR is first and IEND last."""
    end = width = height = 0
    kinds: set[bytes] = set()
    for kind, body, after in _chunks(data):
        if not kinds:
            if kind != b"IHDR" or len(body) != 13:  # noqa: PLR2004 - its fixed size
                raise RefusedError("damaged_file")
            width, height = int.from_bytes(body[:4]), int.from_bytes(body[4:8])
            _refuse_size(width, height)
        kinds.add(kind)
        if kind == b"acTL" and int.from_bytes(body[:4]) > LIMITS.frames:
            raise RefusedError("picture_too_large")
        if kind == b"fcTL" and (int.from_bytes(body[4:8]) > width or int.from_bytes(body[8:12]) > height):
            raise RefusedError("damaged_file")
        _refuse_text(kind, body)
        end = after
        if kind == b"IEND":
            break
    if not {b"IHDR", b"IDAT", b"IEND"} <= kinds:
        raise RefusedError("damaged_file")
    _refuse_rest(data[end:])
    return Found("png")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    at = len(PNG)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        body, check = data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        kind = data[at + 4 : at + 8]
        if len(check) < 4 or zlib.crc32(kind + body) != int.from_bytes(check):  # noqa: PLR2004 - a 32-bit sum
            raise RefusedError("damaged_file")
        at += 12 + length
        yield kind, body, at


def _refuse_text(kind: bytes, body: bytes) -> None:
    if kind in {b"tEXt", b"iTXt"} and _MARKUP.search(body):
        raise RefusedError("two_things")
    if kind in _PACKED_AT or (kind == b"iTXt" and b"\x00\x01\x00" in body[:82]):
        packed = body.partition(b"\x00")[2]
        # iTXt has a flag and a method, then a language and a keyword, each ended by a zero.
        packed = packed[1:] if kind in _PACKED_AT else packed[2:].split(b"\x00", 2)[-1]
        unpacked = _bounded(packed)
        if _MARKUP.search(unpacked) and kind != b"iCCP":
            raise RefusedError("two_things")


def _bounded(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(packed, LIMITS.tables)
    except zlib.error as error:
        raise RefusedError("damaged_file") from error
    if unpacking.unconsumed_tail:
        raise RefusedError("picture_too_large")
    return text


def _jpeg(data: bytes) -> Found:
    """Segments (ITU-T T.81, B.1) up to the first scan, among them a frame; an end of image somewhere behind it."""
    sized = False
    at = 2
    while True:
        if at + 4 > len(data) or data[at] != 0xFF:  # noqa: PLR2004 - every marker begins so
            raise RefusedError("damaged_file")
        marker = data[at + 1]
        if marker in _STANDALONE or marker == 0xFF:  # noqa: PLR2004 - padding
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        length = int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : at + 2 + length]
        if length < 2 or marker == _END:  # noqa: PLR2004 - it counts itself
            raise RefusedError("damaged_file")
        if marker in _FRAMES:
            _refuse_size(int.from_bytes(body[3:5]), int.from_bytes(body[1:3]))
            sized = True
        elif marker == _SCAN:
            break
        elif _MARKUP.search(body):
            raise RefusedError("two_things")
        at += 2 + length
    end = data.rfind(b"\xff\xd9")
    if not sized or end < at:
        raise RefusedError("damaged_file")
    first_end = data.find(b"\xff\xd9", at)
    # Phones put a second picture or a short film behind the first one: only what a browser or an archiver would
    # take for its own is refused.
    _refuse_rest(data[first_end + 2 :])
    return Found("jpeg")


def _refuse_size(width: int, height: int) -> None:
    if not width or not height:
        raise RefusedError("damaged_file")
    if width * height > LIMITS.pixels:
        raise RefusedError("picture_too_large")


def _refuse_rest(rest: bytes) -> None:
    """What stands behind the end of a picture."""
    hidden_archive = b"PK\x05\x06" in rest and b"PK\x01\x02" in rest
    start = rest[:1024].lstrip()
    if hidden_archive or _MARKUP.search(rest[: 1 << 16]) or start.startswith((b"%PDF-", b"MZ", b"\x7fELF", b"Rar!")):
        raise RefusedError("two_things")
