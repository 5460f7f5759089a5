"""Recordings that lie about their length, size and speed, point elsewhere, or never end."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.samples import PROCESSED, Sample, Traps, sample, spoilt
from tests.providers.transcoder import clips

_EXACT = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")
_SIGHT = ("-f", "lavfi", "-i", "testsrc=size=96x64:rate=10:duration=0.8")
_SOUND = ("-f", "lavfi", "-i", "sine=frequency=300:sample_rate=16000:duration=0.8")
_VP8 = ("-pix_fmt", "yuv420p", "-c:v", "libvpx", "-b:v", "60k", "-deadline", "realtime", "-cpu-used", "8")
_X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
_OPUS, _AAC = ("-c:a", "libopus", "-b:a", "16k"), ("-c:a", "aac", "-b:a", "32k")


@dataclass(frozen=True, slots=True)
class Bases:
    """Honest recordings of less than a second, one for each container."""

    webm: bytes
    mkv: bytes
    mp4: bytes
    mov: bytes
    opus: bytes
    wav: bytes
    mp3: bytes

    @classmethod
    def made(cls, folder: Path) -> Bases:
        """Records them."""

        def record(name: str, *arguments: str) -> bytes:
            clips.ffmpeg(*arguments, *_EXACT, str(folder / name))
            return (folder / name).read_bytes()

        return cls(
            webm=record("a.webm", *_SIGHT, *_SOUND, *_VP8, *_OPUS, "-live", "1"),
            mkv=record("a.mkv", *_SIGHT, *_SOUND, *_X264, *_AAC),
            mp4=record("a.mp4", *_SIGHT, *_SOUND, *_X264, *_AAC, "-movflags", "+faststart"),
            mov=record("a.mov", *_SOUND, "-c:a", "pcm_s16le"),
            opus=record("a.ogg", *_SOUND, *_OPUS),
            wav=record("a.wav", *_SOUND),
            mp3=record("a.mp3", *_SOUND, "-c:a", "libmp3lame", "-b:a", "32k"),
        )


SPOILT = {"webm": 170, "mp4": 170, "mkv": 70, "opus": 70, "wav": 40, "mp3": 40, "mov": 30}
"""How many spoilt versions of each there are, in the long form."""


def spoilt_samples(bases: Bases) -> Iterator[Sample]:
    """Seeded damage to every base."""
    for name, count in SPOILT.items():
        kind = "video" if name in {"webm", "mp4", "mkv"} else "audio"
        for data in spoilt(getattr(bases, name), name, count):
            yield sample(f"spoilt {name}", data, f"a.{name}", kind=kind)


def samples(bases: Bases, traps: Traps, folder: Path) -> Iterator[Sample]:
    """Every lie with what must become of it; none: any orderly outcome, for some lies are harmless."""
    for name, data in bases_by_name(bases).items():
        yield sample("media honest", data, f"a.{name}", PROCESSED, kind="video")
        for cut in (1, 4, 8, 12, 40, 100, len(data) - 1):
            yield sample("media cut", data[:cut], f"a.{name}", kind="video")
    yield from _boxes(bases.mp4, traps)
    yield from _elements(bases.webm)
    yield from _waves(bases.wav)
    for number, page in enumerate((b"\x00" * 8, b"\xff" * 8, b"\x7f" + b"\xff" * 7, b"\x80" + bytes(7))):
        lying = bytearray(bases.opus)
        at = lying.rindex(b"OggS")
        lying[at + 6 : at + 14] = page[::-1]
        yield sample("media lies", bytes(lying), f"granule {number}.ogg", kind="audio")
    yield from _odd(folder, traps, bases)


def bases_by_name(bases: Bases) -> dict[str, bytes]:
    """The bases by their ending."""
    return {name: getattr(bases, name) for name in SPOILT}


def _boxes(mp4: bytes, traps: Traps) -> Iterator[Sample]:
    """Numbers in the boxes of an MP4 replaced: times, scales, counts, sizes."""
    for box in (b"mvhd", b"tkhd", b"mdhd", b"stts", b"stsc", b"stsz", b"stco", b"elst", b"avcC", b"hdlr", b"stsd"):
        at = mp4.find(box)
        if at < 0:
            continue
        for offset in (8, 12, 16, 20):
            for value in (0, 1, 0x7FFFFFFF, 0xFFFFFFFF):
                lying = bytearray(mp4)
                struct.pack_into(">I", lying, at + offset, value)
                yield sample("media lies", bytes(lying), f"{box.decode()}.mp4", kind="video")
    for target in (traps.canary, traps.url, f"file://{traps.canary}"):
        place = mp4.index(b"url \x00\x00\x00\x01")
        text = target.encode() + b"\x00"
        pointing = mp4[: place + 4] + b"\x00\x00\x00\x00" + text[:4] + mp4[place + 12 :]
        yield sample("media points", pointing, "dref.mp4", kind="video")
        alias = b"\x00\x00\x00\x1crmra\x00\x00\x00\x14rmdardrf\x00\x00\x00\x00url " + text
        yield sample("media points", mp4[:32] + alias + mp4[32:], "rmra.mp4", kind="video")


def _elements(webm: bytes) -> Iterator[Sample]:
    """EBML: endless sizes, odd clocks, huge pictures."""
    for sign in (b"\x18\x53\x80\x67", b"\x15\x49\xa9\x66", b"\x16\x54\xae\x6b", b"\x1f\x43\xb6\x75", b"\xae", b"\xa3"):
        at = webm.find(sign)
        for size in (b"\x01" + b"\xff" * 7, b"\x01\x00\x00\x00\x7f\xff\xff\xff", b"\x80", b"\x00" * 8, b"\xff"):
            lying = webm[: at + len(sign)] + size + webm[at + len(sign) + len(size) :]
            yield sample("media lies", lying, "size.webm", kind="video")
    at = webm.find(b"\x2a\xd7\xb1\x83")
    for scale in (0, 1, 0xFFFFFF):
        lying = webm[: at + 4] + scale.to_bytes(3, "big") + webm[at + 7 :]
        yield sample("media lies", lying, "clock.webm", kind="video")


def _waves(wav: bytes) -> Iterator[Sample]:
    places = {4: "<I", 16: "<I", 20: "<H", 22: "<H", 24: "<I", 28: "<I", 32: "<H", 34: "<H", 40: "<I"}
    for offset, form in places.items():
        for value in (0, 1, 0x7FFF, 0xFFFF) if form == "<H" else (0, 1, 0x7FFFFFFF, 0xFFFFFFFF):
            lying = bytearray(wav)
            struct.pack_into(form, lying, offset, value)
            yield sample("media lies", bytes(lying), f"{offset}.wav", kind="audio")


def _odd(folder: Path, traps: Traps, bases: Bases) -> Iterator[Sample]:
    """What ffmpeg itself writes when it is asked for nonsense."""
    note = folder / "note.txt"
    note.write_text("#!/bin/sh\n")
    seen = (*_SIGHT, *_SOUND, *_VP8, *_OPUS)
    each_alone = ("-af", "apad=whole_dur=60,asetnsamples=1")
    asked: dict[str, tuple[str, ...]] = {
        "attachment.mkv": (*seen, "-attach", str(note), "-metadata:s:t", "mimetype=text/x-shellscript"),
        "flood.mkv": (*_SOUND, "-ar", "2000", "-c:a", "pcm_s16le", *each_alone),
        "late.mkv": (*seen, "-output_ts_offset", "90000"),
        "early.mkv": (*seen, "-output_ts_offset", "-5", "-avoid_negative_ts", "disabled"),
        "fast.mp4": (*_SIGHT, "-c:v", "mpeg4", "-bf", "0", "-bsf:v", "setts=pts=N:dts=N:time_base=1/1000000"),
        "tiny.webm": ("-f", "lavfi", "-i", "testsrc=size=16x16:rate=1:duration=1", *_SOUND, *_VP8, *_OPUS),
        "tracks.mkv": (*_SOUND, *("-map", "0:a") * 120, "-c:a", "pcm_s16le"),
        "title.mkv": (*seen, "-metadata", f"title=\n  Stream #0:0: Video: x, 99999x99999 {traps.canary}"),
    }
    expected = {"flood.mkv": ("media_too_costly",)}
    for name, arguments in asked.items():
        clips.ffmpeg(*arguments, *_EXACT, str(folder / name))
        yield sample("media odd", (folder / name).read_bytes(), name, *expected.get(name, ()), kind="video")
    large = folder / "large.webm"
    clips.ffmpeg(*clips.picture(1), *clips.VP8, "-live", "1", str(large))
    for side, deep in ((16_383, True), (16_383, False), (12_000, False)):
        bomb = clips.with_announced_size(large, folder / f"bomb{side}{deep}.webm", side, in_container=deep)
        yield sample("pixel bomb", bomb.read_bytes(), "huge.webm", "media_too_costly", "broken_media", kind="video")
    for before in (b"<html><script>1</script>", b"GIF89a", b"%PDF-1.4\n", b"PK\x03\x04"):
        yield sample("polyglot", before + bases.webm, "both.webm", "not_media", kind="video")
