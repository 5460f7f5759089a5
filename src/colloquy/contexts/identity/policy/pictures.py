"""Which pictures may stand for an organisation: known by their bytes, never by their name, and of a sensible size.

A picture is stored as it came, so its structure is read to the end: what follows the picture would be carried along
to every candidate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from colloquy.kit.i18n import gettext as _

MAX_BYTES = 512 * 1024
SIDES = (16, 4096)

_PNG = b"\x89PNG\r\n\x1a\n"
_MARKER, _SCAN = 0xFF, 0xDA
_LOSSLESS = 0x2F
# Markers of a JPEG frame (ITU-T T.81, table B.1): SOF0 to SOF15 without DHT, JPG and DAC.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that may be shown: its media type and its size in pixels."""

    media_type: str
    width: int
    height: int


class PictureError(ValueError):
    """The bytes are no picture that can be a logo; the text says what to do."""


def read_picture(data: bytes) -> Picture:
    """What the bytes are. Raises PictureError unless they are a whole PNG, JPEG or WebP within its limits."""
    if not data:
        raise PictureError(_("Choose a picture first."))
    if len(data) > MAX_BYTES:
        raise PictureError(_("This picture is larger than 512 KB. Save it smaller, 512 pixels wide is plenty."))
    start = data[:1024].lstrip().lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in start:
        raise PictureError(_("SVG files can carry programs, so they are not taken. Save the logo as PNG."))
    size = _size(data)
    if size is None:
        raise PictureError(_("This is not a whole PNG, JPEG or WebP picture. Save the logo as PNG and try again."))
    lowest, highest = SIDES
    if not all(lowest <= side <= highest for side in (size.width, size.height)):
        raise PictureError(
            _(
                "This picture is %(width)s × %(height)s pixels. Each side may have %(lowest)s to %(highest)s.",
                width=size.width,
                height=size.height,
                lowest=lowest,
                highest=highest,
            )
        )
    return size


def _size(data: bytes) -> Picture | None:
    readers: tuple[tuple[bytes, Callable[[bytes], Picture | None]], ...] = (
        (_PNG, _png),
        (b"\xff\xd8\xff", _jpeg),
        (b"RIFF", _webp),
    )
    for signature, read in readers:
        if data.startswith(signature):
            try:
                return read(data)
            except IndexError:  # it ends in the middle of something
                return None
    return None


def _png(data: bytes) -> Picture | None:
    """Chunks (RFC 2083, 3.2): length, type, content, check sum; IHDR comes first and IEND last."""
    at, kinds = len(_PNG), []
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        kinds.append(data[at + 4 : at + 8])
        at += 12 + length
        if kinds[-1] == b"IEND":
            break
    whole = at == len(data) and kinds[:1] == [b"IHDR"] and kinds[-1] == b"IEND" and b"IDAT" in kinds
    if not whole:
        return None
    return Picture("image/png", int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))


def _jpeg(data: bytes) -> Picture | None:
    """Segments (ITU-T T.81, B.1) up to the scan, among them one frame; the last bytes end the image."""
    if not data.endswith(b"\xff\xd9"):
        return None
    for marker, at in _segments(data):
        if marker in _FRAMES:
            height, width = int.from_bytes(data[at + 5 : at + 7]), int.from_bytes(data[at + 7 : at + 9])
            return Picture("image/jpeg", width, height)
    return None


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Marker and place of the marker's second byte, less one, of each segment before the scan."""
    at = 2
    while data[at] == _MARKER:
        marker = data[at + 1]
        if marker == _SCAN:
            return
        if marker == _MARKER:  # padding before a marker
            at += 1
            continue
        yield marker, at
        at += 2 + int.from_bytes(data[at + 2 : at + 4])


def _webp(data: bytes) -> Picture | None:
    """RIFF with one of three heads (RFC 9649, 2.5 to 2.7): lossy, lossless, extended."""
    declared = int.from_bytes(data[4:8], "little") + 8
    if data[8:12] != b"WEBP" or declared != len(data):
        return None
    head = data[12:16]
    if head == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
        return Picture("image/webp", width, height)
    if head == b"VP8L" and data[20] == _LOSSLESS:
        bits = int.from_bytes(data[21:25], "little")
        return Picture("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if head == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return Picture("image/webp", width, height)
    return None
