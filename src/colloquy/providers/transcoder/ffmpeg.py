"""The transcoder on ffmpeg: the machine's own when there is one, else the one that comes in a wheel.

There is no ffprobe in the wheel, so facts come from ffmpeg itself: a listing of packets and one decoded frame.
"""

from __future__ import annotations

import asyncio
import shutil
import wave
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from colloquy.providers.transcoder import commands, reading, sandbox, sniff
from colloquy.providers.transcoder.commands import DECODERS, MAX_PIXELS, Source
from colloquy.providers.transcoder.packets import PacketListing, Track
from colloquy.providers.transcoder.port import (
    BrokenMedia,
    EmptyFile,
    MediaFacts,
    MediaTooCostly,
    NoAudio,
    NoPicture,
    NotMedia,
    Playback,
    TooLarge,
    TooLong,
)
from colloquy.providers.transcoder.sandbox import Limits, Outcome

_GIB = 1 << 30
_LOOK = Limits(cpu_seconds=20, wall_seconds=60)


@cache
def find_ffmpeg() -> str:
    """Absolute path of the ffmpeg in use; RuntimeError when neither the system nor the wheel has one."""
    if system := shutil.which("ffmpeg"):
        return system
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())


@dataclass(frozen=True, slots=True)
class FfmpegTranscoder:
    """`Transcoder` on ffmpeg. Files over `max_bytes` are not looked into; `max_seconds` bounds what is made
    from a file whose facts were not asked for.
    """

    ffmpeg: str
    max_bytes: int = 4 * _GIB
    max_seconds: int = 4 * 3600

    async def inspect(self, source: Path, *, max_seconds: float) -> MediaFacts:
        known = await self._identify(source)
        listing = PacketListing(max_seconds)
        looked = await sandbox.run(commands.list_packets(self.ffmpeg, known), _LOOK, listing.feed)
        if listing.too_many:
            raise MediaTooCostly
        if listing.seconds > max_seconds:
            raise TooLong(_too_long(max_seconds), max_seconds=max_seconds)
        video, audio = listing.first("video"), listing.first("audio")
        if looked.timed_out or looked.spent or (video is None and audio is None):
            raise reading.failure(looked)
        _refuse_unreadable(video, audio)
        shows, sounds = await self._proof_of_life(known, video, audio)
        return _facts(known, listing, video if shows else None, audio if sounds else None, looked.errors)

    async def extract_audio(self, source: Path, target_wav: Path) -> None:
        known = await self._identify(source)
        limits = Limits(cpu_seconds=300, wall_seconds=900, file_bytes=commands.WAV_BYTES_PER_SECOND * self.max_seconds)
        made = await self._make(commands.speech_audio(self.ffmpeg, known, target_wav), limits, target_wav)
        if reading.no_such_track(made):
            raise NoAudio
        if made.returncode != 0:
            raise reading.failure(made)
        if await asyncio.to_thread(_is_silent_file, target_wav):
            await asyncio.to_thread(target_wav.unlink)
            raise NoAudio

    async def normalise(
        self,
        source: Path,
        facts: MediaFacts,
        target: Path,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> Playback:
        known = await self._identify(source)
        # Twelve seconds of work per second of film is what 2160p HEVC needs on one slow core, doubled.
        cpu = 60 + int(12 * facts.duration_seconds)
        room = 2 * (await asyncio.to_thread(source.stat)).st_size + int(facts.duration_seconds * 1_000_000)
        # Nobody's report waits for this file: it yields to everything else that is being done.
        limits = Limits(cpu_seconds=cpu, wall_seconds=3 * cpu, file_bytes=room + (64 << 20), nice=10)
        watch = _Progress(facts.duration_seconds, progress)
        command = commands.playback(self.ffmpeg, known, facts, target)
        made = await self._make(command, limits, target, watch.feed)
        if made.returncode != 0:
            raise BrokenMedia if reading.no_such_track(made) else reading.failure(made)
        # Asked of the file itself: what ffmpeg reports while writing runs a few frames behind.
        written = PacketListing(2 * facts.duration_seconds + 60)
        await sandbox.run(commands.list_packets(self.ffmpeg, Source(target, sniff.Container.MP4)), _LOOK, written.feed)
        if not written.seconds:
            raise BrokenMedia
        if facts.kind == "audio":
            return Playback(target, "audio/mp4", None, None, round(written.seconds, 3))
        width, height = commands.fitted_size(facts)
        return Playback(target, "video/mp4", width, height, round(written.seconds, 3))

    async def thumbnail(self, source: Path, target_jpg: Path, at_seconds: float) -> None:
        known = await self._identify(source)
        limits = Limits(cpu_seconds=30, wall_seconds=90, file_bytes=8 << 20)
        # Past the last picture there is none to find; then the first one stands for the recording.
        for at in dict.fromkeys((max(at_seconds, 0.0), 0.0)):
            command = commands.still(self.ffmpeg, known, target_jpg, at)
            made = await self._make(command, limits, target_jpg)
            if reading.no_such_track(made):
                raise NoPicture
            if await asyncio.to_thread(_has_content, target_jpg):
                return
        raise reading.failure(made)

    def waveform(self, wav: Path, buckets: int = 200) -> list[int]:
        from colloquy.providers.transcoder import waveform  # numpy: not while starting

        return waveform.peaks(wav, buckets)

    async def _identify(self, source: Path) -> Source:
        """The source with its container, or the reason why nothing will read it."""
        size = (await asyncio.to_thread(source.stat)).st_size
        if size == 0:
            raise EmptyFile
        if size > self.max_bytes:
            raise TooLarge(max_bytes=self.max_bytes)
        container = sniff.container_of(await asyncio.to_thread(sniff.read_head, source))
        if container is None:
            raise NotMedia
        return Source(await asyncio.to_thread(source.resolve), container)

    async def _proof_of_life(self, source: Source, video: Track | None, audio: Track | None) -> tuple[bool, bool]:
        """Decode one frame of each track; (picture works, sound works), or the reason why neither does."""
        printed = bytearray()

        def keep(piece: bytes) -> bool:
            printed.extend(piece)
            return len(printed) < 1 << 16

        command = commands.decode_one_frame(self.ffmpeg, source, video=video is not None, audio=audio is not None)
        tried = await sandbox.run(command, _LOOK, keep)
        shows, sounds = reading.decoded(bytes(printed))
        if not (shows or sounds):
            raise reading.failure(tried)
        return shows, sounds

    async def _make(
        self,
        command: list[str],
        limits: Limits,
        target: Path,
        on_output: Callable[[bytes], bool] | None = None,
    ) -> Outcome:
        """Run a command that writes `target`; half a file is never left behind."""
        whole = False
        try:
            made = await sandbox.run(command, limits, on_output)
            whole = made.returncode == 0
            return made
        finally:
            if not whole:
                target.unlink(missing_ok=True)  # noqa: ASYNC240 - must happen even while being cancelled


def _refuse_unreadable(video: Track | None, audio: Track | None) -> None:
    """Refuse by what the listing says, before any frame is decoded."""
    if video is not None and (video.width or 0) * (video.height or 0) > MAX_PIXELS:
        raise MediaTooCostly
    readable = [track for track in (video, audio) if track is not None and track.codec in DECODERS]
    if not readable:
        named = " and ".join(track.codec for track in (video, audio) if track is not None)
        raise NotMedia(
            f"This file is encoded as {named}, which is not read here. "
            "Record the answer here, or send H.264 video with AAC sound."
        )


def _facts(
    source: Source, listing: PacketListing, video: Track | None, audio: Track | None, description: str
) -> MediaFacts:
    seconds = listing.seconds
    return MediaFacts(
        kind="audio" if video is None else "video",
        container=source.container,
        duration_seconds=round(seconds, 3),
        width=video.width if video else None,
        height=video.height if video else None,
        rotation=reading.rotation(description) if video else 0,
        video_codec=video.codec if video else None,
        audio_codec=audio.codec if audio else None,
        has_audio=audio is not None,
        pixel_format=reading.pixel_format(description) if video else None,
        frames_per_second=round(video.packets / video.end, 3) if video and video.end else None,
    )


def _too_long(max_seconds: float) -> str:
    minutes, seconds = divmod(round(max_seconds), 60)
    limit = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return f"This recording is longer than the {limit} allowed here. Record a shorter answer."


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _is_silent_file(wav: Path) -> bool:
    """A WAV without a single sample: the sound track was announced and never came."""
    with wave.open(str(wav), "rb") as sound:
        return sound.getnframes() == 0


class _Progress:
    """Reads `-progress` output (`key=value` lines) and tells the share of `total` seconds that is done."""

    def __init__(self, total: float, tell: Callable[[float], None] | None) -> None:
        self._total = total
        self._tell = tell
        self._rest = b""

    def feed(self, piece: bytes) -> bool:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            key, _, value = line.partition(b"=")
            told = key == b"out_time_us" and value.strip().isdigit()
            if told and self._tell is not None and self._total > 0:
                self._tell(min(1.0, int(value) / 1_000_000 / self._total))
        return True
