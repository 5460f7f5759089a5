"""Pictures of impossible size, with something behind them, or of kinds that can carry programs."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from functools import cache

from PIL import Image
from tests.hostile import archives, papers
from tests.hostile.archives import MIB
from tests.hostile.samples import EICAR, PROCESSED, Sample, Traps, sample

SIGN = b"\x89PNG\r\n\x1a\n"
SCRIPT = b"<script>fetch('/')</script>"


def chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG chunk with its true check sum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 4, height: int = 4, more: bytes = b"", after: bytes = b"") -> bytes:
    """A grey PNG whose header says `width` and `height`, with 4 x 4 pixels in it."""
    head = chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0))
    return SIGN + head + more + chunk(b"IDAT", zlib.compress(bytes(20))) + chunk(b"IEND", b"") + after


@cache
def jpeg() -> bytes:
    """An honest picture of 64 x 48 pixels."""
    target = io.BytesIO()
    Image.linear_gradient("L").resize((64, 48)).convert("RGB").save(target, "JPEG", quality=80)
    return target.getvalue()


def _sized(side: int) -> bytes:
    data = bytearray(jpeg())
    at = data.index(b"\xff\xc0")
    struct.pack_into(">2H", data, at + 5, side, side)
    return bytes(data)


def _comment(text: bytes) -> bytes:
    return jpeg()[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + jpeg()[2:]


def samples(traps: Traps) -> Iterator[Sample]:
    """Every picture with what must become of it."""
    for width, height in ((30_000, 30_000), (2**31 - 1, 2**31 - 1), (1, 2**31 - 1), (12_000, 12_000)):
        yield sample("pixel bomb", png(width, height), "big.png", "picture_too_large")
    yield sample("pixel bomb", png(0, 0), "none.png", "damaged_file")
    for side in (12_000, 30_000, 65_535):
        yield sample("pixel bomb", _sized(side), "big.jpg", "picture_too_large")
    yield sample("pixel bomb", _sized(0), "none.jpg", "damaged_file")
    frames = chunk(b"acTL", struct.pack(">2I", 100_000, 0))
    yield sample("pixel bomb", png(more=frames), "film.png", "picture_too_large")
    frame = chunk(b"acTL", struct.pack(">2I", 2, 0)) + chunk(
        b"fcTL", struct.pack(">5I2H2B", 0, 9999, 9999, 0, 0, 1, 1, 0, 0)
    )
    yield sample("pixel bomb", png(more=frame), "frame.png", "damaged_file")
    for kind, head in ((b"zTXt", b"a\x00\x00"), (b"iCCP", b"a\x00\x00"), (b"iTXt", b"a\x00\x01\x00\x00\x00")):
        bomb = chunk(kind, head + zlib.compress(bytes(40 * MIB), 9))
        yield sample("pixel bomb", png(more=bomb), f"{kind.decode()}.png", "picture_too_large")
    yield from _two_things()
    yield from _not_taken(traps)
    yield sample("picture broken", png()[:-8], "cut.png", "damaged_file")
    yield sample("picture broken", png().replace(b"IDAT", b"IDAX"), "sum.png", "damaged_file")
    yield sample("picture broken", SIGN, "sign.png", "damaged_file")
    yield sample("picture broken", png(more=chunk(b"tEXt", b"a\x00b") * 100_000), "chunks.png", PROCESSED)
    yield sample("picture broken", jpeg()[:200], "cut.jpg", "damaged_file")
    yield sample("picture broken", b"\xff\xd8" + b"\xff" * MIB, "fill.jpg", "damaged_file")
    yield sample("picture broken", b"\xff\xd8\xff\xe0\x00\x00", "zero.jpg", "damaged_file")
    yield sample("picture honest", png(), "a.png", PROCESSED)
    yield sample("picture honest", jpeg(), "a.jpg", PROCESSED)
    film = jpeg() + b"\x00\x00\x00\x18ftypmp42" + bytes(4000)
    yield sample("picture honest", film, "motion photo.jpg", PROCESSED)


def _two_things() -> Iterator[Sample]:
    for kind, text in ((b"tEXt", b"Comment\x00" + SCRIPT), (b"iTXt", b"C\x00\x00\x00\x00\x00" + SCRIPT)):
        yield sample("polyglot", png(more=chunk(kind, text)), "text.png", "two_things")
    packed = chunk(b"zTXt", b"C\x00\x00" + zlib.compress(SCRIPT))
    yield sample("polyglot", png(more=packed), "packed.png", "two_things")
    for after in (archives.HONEST, b"<html>" + SCRIPT, papers.HONEST, b"MZ" + bytes(99), b"\x7fELF" + bytes(99)):
        yield sample("polyglot", png(after=after), "behind.png", "two_things")
        yield sample("polyglot", jpeg() + after, "behind.jpg", "two_things")
    for text in (SCRIPT, b"<?php system($_GET[0]); ?>", b"<svg onload=alert(1)>", b"<!DOCTYPE html>"):
        yield sample("polyglot", _comment(text), "comment.jpg", "two_things")
    yield sample("eicar", png(after=EICAR), "e.png")


def _not_taken(traps: Traps) -> Iterator[Sample]:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg">%s</svg>'
    entity = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{traps.canary}">]><svg>&x;</svg>'.encode()
    image = f'<image href="{traps.url}"/>'.encode()
    for name, data in (
        ("script.svg", drawing % SCRIPT),
        ("entity.svg", entity),
        ("image.svg", drawing % image),
        ("page.html", b"<html>" + SCRIPT),
        ("page.png", b"<html>" + SCRIPT),
        ("gif.gif", b"GIF89a" + bytes(99)),
        ("gifar.gif", b"GIF89a" + bytes(99) + archives.HONEST),
        ("a.webp", b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(99)),
        ("a.bmp", b"BM" + bytes(99)),
        ("a.tiff", b"II*\x00" + bytes(99)),
        ("a.ico", b"\x00\x00\x01\x00" + bytes(99)),
        ("a.heic", b"\x00\x00\x00\x18ftypheic" + bytes(99)),
        ("a.psd", b"8BPS" + bytes(99)),
        ("a.exr", b"\x76\x2f\x31\x01" + bytes(99)),
        ("a.eps", b"%!PS-Adobe-3.0 EPSF\n(/etc/passwd) (r) file"),
        ("a.mvg", f"push graphic-context\nimage over 0,0 0,0 '{traps.url}'".encode()),
    ):
        yield sample("not a picture", data, name, "file_not_accepted")
