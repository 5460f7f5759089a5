"""Which container a file is, decided by its first bytes; the client's name and content type are not asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

# Enough for the EBML header (its doctype element lies within the first few dozen bytes) and an ftyp box.
HEAD_BYTES = 4096
_ID3_HEADER = 10
_MP3_SYNC = 0b11111111111
_MP3_RESERVED_VERSION = 0b01
_MP3_LAYER_III = 0b01
_MP3_RESERVED_RATE = 0b11


class Container(StrEnum):
    """The containers browsers and phones record into, and nothing else."""

    WEBM = "webm"
    MATROSKA = "matroska"
    MP4 = "mp4"
    OGG = "ogg"
    WAV = "wav"
    MP3 = "mp3"


@dataclass(frozen=True, slots=True)
class Demuxer:
    """ffmpeg's reader of a container: `name` forces it, `allowed` is the whole list it may ever use."""

    name: str
    allowed: str


DEMUXERS = {
    Container.WEBM: Demuxer("matroska", "matroska,webm"),
    Container.MATROSKA: Demuxer("matroska", "matroska,webm"),
    Container.MP4: Demuxer("mov", "mov,mp4,m4a,3gp,3g2,mj2"),
    Container.OGG: Demuxer("ogg", "ogg"),
    Container.WAV: Demuxer("wav", "wav"),
    Container.MP3: Demuxer("mp3", "mp3"),
}


def container_of(head: bytes) -> Container | None:
    """The container that begins with `head` (its first HEAD_BYTES), or None when it is none of ours."""
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _ebml_doctype(head)
    if head[4:8] in {b"ftyp", b"styp", b"moov"}:
        # Brands are too many to list (isom, mp42, qt, M4A, 3gp4, dash, ...). The reader is the same for all,
        # and refuses what is not a movie (an AVIF or HEIC picture has no track that plays).
        return Container.MP4
    if head.startswith(b"OggS\x00"):
        return Container.OGG
    if head.startswith((b"RIFF", b"RF64")) and head[8:12] == b"WAVE":
        return Container.WAV
    if _is_mp3(head):
        return Container.MP3
    return None


def content_type(container: str, kind: str) -> str:
    """The media type (RFC 6838) of a container that holds a `video` or `audio` recording."""
    if container in {Container.WAV, Container.MP3}:
        return {Container.WAV: "audio/wav", Container.MP3: "audio/mpeg"}[Container(container)]
    names = {Container.MATROSKA: "x-matroska"}
    return f"{kind}/{names.get(Container(container), container)}"


def endings(container: str) -> tuple[str, ...]:
    """The endings, with their dot, that a file in this container may have; the first is the usual one."""
    others = {Container.MATROSKA: (".mkv", ".mka"), Container.MP4: (".mp4", ".m4a", ".mov", ".m4v", ".3gp")}
    return others.get(Container(container), (f".{container}",))


def read_head(path: Path) -> bytes:
    """The first HEAD_BYTES of a file; fewer when it is shorter."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _ebml_doctype(head: bytes) -> Container | None:
    """DocType is EBML element 0x4282, a length and an ASCII name (RFC 8794, section 11.2.4)."""
    at = head.find(b"\x42\x82")
    if at < 0 or at + 3 > len(head):
        return None
    size = head[at + 2] & 0x7F
    match head[at + 3 : at + 3 + size].rstrip(b"\x00"):
        case b"webm":
            return Container.WEBM
        case b"matroska":
            return Container.MATROSKA
    return None


def _is_mp3(head: bytes) -> bool:
    if head.startswith(b"ID3"):
        return len(head) > _ID3_HEADER
    # ISO/IEC 11172-3 frame header: eleven sync bits, version, layer, a protection bit, bitrate, sample rate.
    # Layer III is 01; version 01, bitrates 0000 and 1111 and rate 11 do not occur.
    bits = int.from_bytes(head[:3].ljust(3, b"\x00"), "big")
    sync, version, layer = bits >> 13, bits >> 19 & 0b11, bits >> 17 & 0b11
    bitrate, rate = bits >> 4 & 0b1111, bits >> 2 & 0b11
    return (
        sync == _MP3_SYNC
        and version != _MP3_RESERVED_VERSION
        and layer == _MP3_LAYER_III
        and bitrate not in {0b0000, 0b1111}
        and rate != _MP3_RESERVED_RATE
    )
