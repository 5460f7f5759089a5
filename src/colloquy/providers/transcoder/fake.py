"""A transcoder without ffmpeg, for tests of what is built on it: the real checks of content, invented facts."""

from __future__ import annotations

import asyncio
import shutil
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from colloquy.providers.transcoder import sniff, waveform
from colloquy.providers.transcoder.port import (
    EmptyFile,
    MediaFacts,
    NoAudio,
    NoPicture,
    NotMedia,
    Playback,
    TooLong,
)

_RATE = 16_000
_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")

SPOKEN_ANSWER = MediaFacts(
    kind="video",
    container="webm",
    duration_seconds=5.0,
    width=640,
    height=480,
    rotation=0,
    video_codec="vp8",
    audio_codec="opus",
    has_audio=True,
    pixel_format="yuv420p",
    frames_per_second=30.0,
)


@dataclass(frozen=True, slots=True)
class FakeTranscoder:
    """Says `facts` of every file whose first bytes are a recording's; writes silence for its sound and
    copies the file for its playback. Like the real one it refuses what is empty, too long or not media.
    """

    facts: MediaFacts = SPOKEN_ANSWER

    async def inspect(self, source: Path, *, max_seconds: float) -> MediaFacts:
        await asyncio.to_thread(_refuse_what_is_no_recording, source)
        if self.facts.duration_seconds > max_seconds:
            raise TooLong(max_seconds=max_seconds)
        return self.facts

    async def extract_audio(self, source: Path, target_wav: Path) -> None:
        await asyncio.to_thread(_refuse_what_is_no_recording, source)
        if not self.facts.has_audio:
            raise NoAudio
        await asyncio.to_thread(_write_silence, target_wav, self.facts.duration_seconds)

    async def normalise(
        self,
        source: Path,
        facts: MediaFacts,
        target: Path,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> Playback:
        await asyncio.to_thread(_refuse_what_is_no_recording, source)
        await asyncio.to_thread(shutil.copyfile, source, target)
        if progress is not None:
            progress(1.0)
        return Playback(target, f"{facts.kind}/mp4", facts.width, facts.height, facts.duration_seconds)

    async def thumbnail(self, source: Path, target_jpg: Path, at_seconds: float) -> None:  # noqa: ARG002 - the port's
        await asyncio.to_thread(_refuse_what_is_no_recording, source)
        if self.facts.kind == "audio":
            raise NoPicture
        await asyncio.to_thread(target_jpg.write_bytes, _JPEG)

    def waveform(self, wav: Path, buckets: int = 200) -> list[int]:
        return waveform.peaks(wav, buckets)


def _refuse_what_is_no_recording(source: Path) -> None:
    head = sniff.read_head(source)
    if not head:
        raise EmptyFile
    if sniff.container_of(head) is None:
        raise NotMedia


def _write_silence(target: Path, seconds: float) -> None:
    with wave.open(str(target), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(bytes(2 * int(seconds * _RATE)))
