"""What Colloquy asks of whatever reads recordings: facts, speech audio, a playback file, a still picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from colloquy.kit.errors import Refusal
from colloquy.kit.i18n import N_

Kind = Literal["video", "audio"]


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What a recording really is, read from its content and never from its name or its header's promises.

    `duration_seconds` is where the last packet ends, because recordings made in a browser carry no duration
    and a header may lie. `width` and `height` are pixels as stored; `rotation` is how many degrees clockwise
    (0, 90, 180, 270) a player turns them. `container` is one of `sniff.Container`'s names. A track that has
    no decodable frame does not count: its codec is None. `frames_per_second` is the average over the file.
    """

    kind: Kind
    container: str
    duration_seconds: float
    width: int | None
    height: int | None
    rotation: int
    video_codec: str | None
    audio_codec: str | None
    has_audio: bool
    pixel_format: str | None = None
    frames_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Playback:
    """A file that every browser plays and seeks. `width` and `height` are None for audio."""

    path: Path
    content_type: str
    width: int | None
    height: int | None
    duration_seconds: float


class MediaRejected(Refusal):
    """A recording that cannot be used. One subclass per reason, each with its `code` and advice to a person."""

    status: ClassVar[int] = 422
    code: ClassVar[str] = "media_rejected"
    advice: ClassVar[str] = N_("This recording cannot be used. Please record the answer again.")

    def __init__(self, message: str | None = None, **extra: object) -> None:
        super().__init__(message or self.advice, **extra)


class EmptyFile(MediaRejected):
    """Nothing was recorded."""

    code = "empty_file"
    advice = N_(
        "The file is empty: nothing was recorded. Check that the camera and microphone are allowed, "
        "then record the answer again."
    )


class NotMedia(MediaRejected):
    """The content is none of the formats a recorder writes, whatever the file is called."""

    code = "not_media"
    advice = N_(
        "This is not a video or audio recording, whatever its name says. "
        "Send a WebM, MP4, MOV, M4A, Ogg, WAV or MP3 file."
    )


class TooLong(MediaRejected):
    """It runs past the limit the caller named."""

    code = "too_long"
    advice = N_("This recording is longer than allowed here. Record a shorter answer.")


class TooLarge(MediaRejected):
    """More bytes than are read at all."""

    status = 413
    code = "too_large"
    advice = N_("This file is too large. Record the answer here, or send a smaller file.")


class BrokenMedia(MediaRejected):
    """It begins like a recording, but nothing in it can be played."""

    code = "broken_media"
    advice = N_(
        "This recording is damaged and nothing in it can be played. "
        "Record the answer again, or send the file once more."
    )


class MediaTooCostly(MediaRejected):
    """Reading it would take more memory, time or space than any honest recording needs."""

    code = "media_too_costly"
    advice = N_(
        "This file needs far more computing than a normal recording. "
        "Record the answer here, or send it at 1080p or below."
    )


class NoAudio(MediaRejected):
    """There is no sound track to listen to."""

    code = "no_audio"
    advice = N_(
        "This recording has no sound. Check that the microphone is allowed and not muted, then record the answer again."
    )


class NoPicture(MediaRejected):
    """There is no picture to make a thumbnail from."""

    code = "no_picture"
    advice = N_("This recording has sound only, so there is no picture to show.")


class Transcoder(Protocol):
    """Reads recordings that strangers made. Every method raises a MediaRejected for media at fault, and a
    Transient when this machine is (out of time or disk), so that trying again can help.
    """

    async def inspect(self, source: Path, *, max_seconds: float) -> MediaFacts:
        """The recording's facts; EmptyFile, NotMedia, TooLong, TooLarge, BrokenMedia, MediaTooCostly."""

    async def extract_audio(self, source: Path, target_wav: Path) -> None:
        """Write 16 kHz mono 16-bit WAV. Gaps in the recording become silence, so a time in the WAV is the
        same time in the recording. NoAudio when there is no sound track; digital silence is sound.
        """

    async def normalise(
        self,
        source: Path,
        facts: MediaFacts,
        target: Path,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> Playback:
        """Write an MP4 (H.264 and AAC; AAC alone for audio) that starts at once and seeks in every browser.
        `progress` is told the share that is done, 0.0 to 1.0, a few times a second.
        """

    async def thumbnail(self, source: Path, target_jpg: Path, at_seconds: float) -> None:
        """Write a JPEG at most 640 pixels wide of the picture at, or nearest before, `at_seconds`. NoPicture."""

    def waveform(self, wav: Path, buckets: int = 200) -> list[int]:
        """The loudest sample of each of `buckets` equal spans, 0 (silence) to 100 (full scale). Blocking."""
