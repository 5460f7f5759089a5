"""Turns what ffmpeg printed about a recording into facts, or into the reason why it cannot be used."""

from __future__ import annotations

import re
import signal

from colloquy.kit.errors import OutOfRoom, Transient
from colloquy.providers.transcoder.launch import CANNOT_START
from colloquy.providers.transcoder.port import BrokenMedia, MediaRejected, MediaTooCostly
from colloquy.providers.transcoder.sandbox import Outcome

# Since version 5 a stream is described after two spaces, before that after four. What a recording says about
# itself (title, encoder, ...) is printed deeper or after a key, and line breaks in it are indented too.
_STREAM_LINE = re.compile(r"^ {2}(?: {2})?Stream #0:\d+.*?: (\w+): (.*)$")
_PIXEL_FORMAT = re.compile(r", ((?:yuv|nv|gray|rgb|bgr|gbr|pal)[a-z0-9]*)\b")
_ROTATION = re.compile(r"^\s+(?:Display Matrix|displaymatrix): rotation of (-?[\d.]+) degrees", re.MULTILINE)
# libavutil, imgutils.c: beyond -max_pixels, or beyond what any decoder counts with.
_OVERSIZED = re.compile(r"Picture size \d+x\d+ (exceeds|is invalid)")
_PICTURE_LINE = re.compile(rb"^0,.* 0x[0-9a-f]{8}$", re.MULTILINE)
_SOUND_LINE = re.compile(rb"^0,.* [0-9a-f]{32}$", re.MULTILINE)


def pixel_format(description: str) -> str | None:
    """The layout of the first picture track's pixels, such as `yuv420p`."""
    for line in _video_block(description)[:1]:
        if found := _PIXEL_FORMAT.search(line):
            return found[1]
    return None


def rotation(description: str) -> int:
    """Degrees clockwise, 0, 90, 180 or 270, that a player turns the first picture track."""
    found = _ROTATION.search("\n".join(_video_block(description)))
    # ffmpeg prints the matrix's own angle, which counts anticlockwise.
    return round(-float(found[1]) / 90) * 90 % 360 if found else 0


def decoded(printed: bytes) -> tuple[bool, bool]:
    """Whether a picture and whether sound came out of `commands.decode_one_frame`."""
    return bool(_PICTURE_LINE.search(printed)), bool(_SOUND_LINE.search(printed))


def no_such_track(outcome: Outcome) -> bool:
    """The command asked for a track that the recording does not have."""
    return "matches no streams" in outcome.errors


def failure(outcome: Outcome) -> MediaRejected | Transient | RuntimeError:
    """What to raise for a run that did not succeed: the media's fault, this machine's, or ours."""
    if outcome.returncode == CANNOT_START:
        return RuntimeError(f"ffmpeg could not be started; `colloquy doctor` says which. {outcome.errors}")
    if "No space left on device" in outcome.errors:
        return OutOfRoom("The disk is full, so the recording could not be processed yet.")
    if outcome.timed_out:
        return Transient("The recording could not be read in the time allowed; this machine may be too busy.")
    if outcome.spent or _OVERSIZED.search(outcome.errors):
        return MediaTooCostly()
    if outcome.returncode == -signal.SIGKILL:
        return Transient("Reading the recording was stopped from outside; this machine may be out of memory.")
    return BrokenMedia()


def _video_block(description: str) -> list[str]:
    """The lines about the first picture track of the input, cover pictures left out."""
    block: list[str] = []
    # Not splitlines(): it would break at characters that ffmpeg prints as they are.
    for line in description.partition("\nStream mapping:")[0].split("\n"):
        described = _STREAM_LINE.match(line)
        if described is None:
            if block:
                block.append(line)
        elif block:
            break
        elif described[1] == "Video" and "(attached pic)" not in line:
            block.append(line)
    return block
