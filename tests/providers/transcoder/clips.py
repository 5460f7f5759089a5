"""Recordings as browsers and phones make them, drawn and hummed by ffmpeg in the test session."""

from __future__ import annotations

import struct
import subprocess
from functools import cache
from pathlib import Path

from colloquy.providers.transcoder.ffmpeg import find_ffmpeg

VP8 = ("-pix_fmt", "yuv420p", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8")
VP9 = ("-pix_fmt", "yuv420p", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
OPUS = ("-c:a", "libopus")
AAC = ("-c:a", "aac")


def ffmpeg(*arguments: str) -> None:
    command = [find_ffmpeg(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *arguments]
    subprocess.run(command, check=True, timeout=120)


def picture(seconds: float, size: str = "320x240", rate: int = 30) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc=size={size}:rate={rate}:duration={seconds}")


def tone(seconds: float) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}")


@cache
def silence_of_three_hours(folder: Path) -> Path:
    """Three hours that take no three hours to make: one second of silence, its packets repeated by copying."""
    second, hours = folder / "second.ogg", folder / "hours.webm"
    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "60", "-c:a", "libopus", "-b:a", "6k", str(second))
    ffmpeg("-stream_loop", "181", "-i", str(second), "-c", "copy", str(hours))
    return hours


def top_level_boxes(mp4: Path) -> list[str]:
    """Names of an ISO-BMFF file's boxes, in order."""
    data, at, names = mp4.read_bytes(), 0, []
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        names.append(name.decode("ascii"))
        at += size
    return names


def movie_seconds(mp4: Path) -> float:
    """The duration that the movie header (mvhd, version 0) announces, which is what a player shows."""
    data = mp4.read_bytes()
    at = data.index(b"mvhd")
    timescale, duration = struct.unpack_from(">II", data, at + 4 + 12)
    return duration / timescale


def with_announced_size(webm: Path, target: Path, side: int, *, in_container: bool) -> Path:
    """A copy of a 320x240 VP8 recording whose frames, and perhaps its container, claim `side` x `side`."""
    data = webm.read_bytes()
    # RFC 6386, section 9.1: start code 9d 01 2a, then width and height, little-endian, 14 bits each.
    frame = b"\x9d\x01\x2a" + struct.pack("<HH", 320, 240)
    assert frame in data
    data = data.replace(frame, b"\x9d\x01\x2a" + struct.pack("<HH", side, side))
    if in_container:
        width, height = b"\xb0\x82" + struct.pack(">H", 320), b"\xba\x81" + struct.pack(">B", 240)
        assert width in data
        assert height in data
        # The height has one byte in a 240-line recording; the width alone makes the picture large enough.
        data = data.replace(width, b"\xb0\x82" + struct.pack(">H", 0xFFFF)).replace(height, b"\xba\x81\xff")
    target.write_bytes(data)
    return target
