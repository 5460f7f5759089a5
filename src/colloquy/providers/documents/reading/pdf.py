"""PDF, as far as it must be known before a person opens it: what it would start, and how large it unpacks.

No tree is followed and no reference is resolved, so loops and lying tables cost nothing: the bytes are read once,
in order (ISO 32000-2, 7.3 to 7.5).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from colloquy.providers.documents.reading.verdict import LIMITS, Budget, Found, RefusedError

_STREAM = re.compile(rb"\bstream\r?\n")
_HEAD_BYTES = 2048
_PIECE = 1 << 16
_OBJECT = re.compile(rb"\d+\s+\d+\s+obj\b")
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_COUNT = re.compile(rb"/Count\s+(\d{1,12})")
_SIDE = {side: re.compile(rb"/" + side + rb"\s+(\d{1,12})") for side in (b"Width", b"Height")}
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_ENDS = (b"%%EOF", b"startxref", b"trailer")
_STARTS = re.compile(rb"/Launch\b")
_FLAGS = {
    "pdf_scripts": re.compile(rb"/(?:JavaScript|JS)\b"),
    "pdf_attachments": re.compile(rb"/EmbeddedFiles?\b"),
    "pdf_media": re.compile(rb"/(?:RichMedia|Movie|Rendition|3D)\b"),
    "pdf_form": re.compile(rb"/XFA\b"),
    "pdf_calls_out": re.compile(rb"/(?:SubmitForm|ImportData|GoToR|GoToE)\b"),
    "pdf_protected": re.compile(rb"/Encrypt\b"),
}
_OTHERS = (b"MZ", b"\x7fELF", b"PK\x03\x04", b"GIF8", b"\x89PNG", b"\xff\xd8\xff", b"\x1a\x45\xdf\xa3", b"#!", b"<")


def read(data: bytes) -> Found:
    """What the file holds. RefusedError: damaged, two files in one, starts programs, unpacks without measure."""
    begins = data.find(b"%PDF-")
    if begins > 0 and data.lstrip()[:8].startswith(_OTHERS):
        raise RefusedError("two_things")
    ends = data.rfind(b"%%EOF")
    if not any(sign in data for sign in _ENDS):  # viewers find their way with any of them
        raise RefusedError("damaged_file")
    if b"PK\x05\x06" in data[max(ends, 0) :]:
        raise RefusedError("two_things")
    budget = Budget(len(data))
    structure = b"\n".join(_outside_streams(data, budget))
    if b"#" in structure:
        structure = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), structure)
    if _STARTS.search(structure):
        raise RefusedError("pdf_starts_programs")
    announced = max((int(found[1]) for found in _COUNT.finditer(structure)), default=0)
    pages = sum(1 for _page in _PAGE.finditer(structure))
    objects = sum(1 for _object in _OBJECT.finditer(structure))
    if max(announced, pages) > LIMITS.pages or objects > LIMITS.objects:
        raise RefusedError("pdf_bomb")
    return Found("pdf", {flag for flag, sign in _FLAGS.items() if sign.search(structure)})


def _outside_streams(data: bytes, budget: Budget) -> Iterator[bytes]:
    """The text between streams, and what object streams hold; every other stream is measured."""
    at = 0
    while found := _STREAM.search(data, at):
        yield data[at : found.start()]
        head = data[max(at, found.start() - _HEAD_BYTES) : found.start()]
        head = head[max(head.rfind(b"obj"), 0) :]
        end = data.find(b"endstream", found.end())
        end = len(data) if end < 0 else end
        yield _stream(head, data[found.end() : end], budget)
        at = end
    yield data[at:]


def _stream(head: bytes, body: bytes, budget: Budget) -> bytes:
    """The stream's content if it holds objects, else nothing."""
    head = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), head)
    if b"/Image" in head:
        width, height = (int(found[1]) if (found := _SIDE[side].search(head)) else 0 for side in (b"Width", b"Height"))
        if width * height > LIMITS.pixels:
            raise RefusedError("picture_too_large")
        return b""
    layers = len(_FLATE.findall(head))
    if not layers:
        return body if b"/ObjStm" in head else b""
    keep = b"/ObjStm" in head or layers > 1
    for _layer in range(min(layers, LIMITS.depth)):
        body = _inflate(body, budget, keep=keep)
    if layers > LIMITS.depth:
        raise RefusedError("pdf_bomb")
    return body if b"/ObjStm" in head else b""


def _inflate(body: bytes, budget: Budget, *, keep: bool) -> bytes:
    """The unpacked bytes, or nothing of them unless `keep`. What is broken ends where it breaks, as in a reader."""
    kept, unpacking, rest = bytearray(), zlib.decompressobj(), body
    while rest and not unpacking.eof:
        try:
            piece = unpacking.decompress(rest, _PIECE)
        except zlib.error:
            break
        if not piece and not unpacking.unconsumed_tail:
            break
        budget.spend(len(piece), "pdf_bomb")
        if keep:
            kept += piece
            if len(kept) > LIMITS.nested:
                raise RefusedError("pdf_bomb")
        rest = unpacking.unconsumed_tail
    return bytes(kept)
