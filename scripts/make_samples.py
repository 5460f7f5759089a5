"""Makes the recordings in `samples/` from the texts beside them, as browsers would have recorded them.

    python scripts/make_samples.py [--check]

Speech is flite's, the moving picture is drawn here, and ffmpeg (the one in `imageio-ffmpeg`) writes the
containers the way `MediaRecorder` does: WebM without a duration, fragmented MP4. `--check` makes nothing; it
transcribes what is there with PocketSphinx and prints the word error rate of each answer. Needs `flite`.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import subprocess
import tempfile
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

from colloquy.providers.speech.pocketsphinx import PocketSphinx

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()

RATE = 16_000
FRAMES_PER_SECOND = 12
WIDTH, HEIGHT = 320, 240
PAUSE_SECONDS = 0.75  # between sentences, as people pause
LEAD_SECONDS = 0.6  # from pressing the button to the first word
SILENT_SECONDS = 12.0
BLINK_EVERY = 41  # frames

WEBM_VIDEO = [
    "-c:v", "libvpx", "-b:v", "70k", "-deadline", "good", "-cpu-used", "4", "-g", "60",
    "-c:a", "libopus", "-b:a", "32k", "-f", "webm", "-live", "1",
]  # fmt: skip
WEBM_AUDIO = ["-c:a", "libopus", "-b:a", "32k", "-f", "webm", "-live", "1"]
MP4_VIDEO = [
    "-c:v", "libx264", "-profile:v", "baseline", "-pix_fmt", "yuv420p", "-b:v", "70k", "-g", "24",
    "-c:a", "aac", "-b:a", "48k",
    "-f", "mp4", "-movflags", "frag_keyframe+empty_moov+default_base_moof",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """One recording. `voice` is flite's, None for the answer nobody speaks in; colours are RGB 0..255."""

    path: str
    voice: str | None
    writing: list[str]
    shirt: tuple[int, int, int] = (58, 92, 150)
    wall: tuple[int, int, int] = (214, 208, 198)

    @property
    def has_picture(self) -> bool:
        return self.writing is not WEBM_AUDIO

    @property
    def text(self) -> str:
        spoken = (SAMPLES / self.path).with_suffix(".txt")
        return spoken.read_text(encoding="utf-8") if self.voice else ""


RECORDINGS = (
    Sample("strong/answer-1.webm", "rms", WEBM_VIDEO),
    Sample("strong/answer-2.webm", "rms", WEBM_AUDIO),
    Sample("strong/answer-3.mp4", "rms", MP4_VIDEO),
    Sample("weak/answer-1.webm", "awb", WEBM_VIDEO, shirt=(140, 74, 60), wall=(186, 200, 190)),
    Sample("weak/answer-2.webm", "awb", WEBM_AUDIO),
    Sample("weak/answer-3.webm", None, WEBM_VIDEO, shirt=(140, 74, 60), wall=(186, 200, 190)),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true", help="transcribe the recordings that are there")
    if not options.parse_args().check:
        for sample in RECORDINGS:
            make(sample)
            print(f"{sample.path}  {(SAMPLES / sample.path).stat().st_size:,} bytes")
    for sample in RECORDINGS:
        check(sample)


def make(sample: Sample) -> None:
    """Writes the recording. ffmpeg writes to a pipe, so nothing can go back and fill in a duration."""
    sound = speak(sample.text, sample.voice) if sample.voice else silence(SILENT_SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        audio = Path(folder) / "speech.wav"
        _write_wav(audio, sound)
        picture = [
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FRAMES_PER_SECOND),
            "-i", "pipe:0",
        ] if sample.has_picture else []  # fmt: skip
        command = [
            FFMPEG, "-loglevel", "error", *picture, "-i", str(audio), "-ar", "48000", "-ac", "1",
            "-fflags", "+bitexact", "-flags:a", "+bitexact", *sample.writing, "pipe:1",
        ]  # fmt: skip
        frames = b"".join(draw(sound, sample)) if sample.has_picture else b""
        made = subprocess.run(command, input=frames, stdout=subprocess.PIPE, check=True)
    (SAMPLES / sample.path).write_bytes(made.stdout)


def speak(text: str, voice: str) -> NDArray[np.int16]:
    """The text spoken sentence by sentence: int16 at 16 kHz, shape (samples,), with a room's faint hiss."""
    pieces = [np.zeros(int(LEAD_SECONDS * RATE), np.int16)]
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder) / "sentence.wav"
        for sentence in re.split(r"(?<=[.?!])\s+", text.strip()):
            subprocess.run(["flite", "-voice", voice, "-t", sentence, "-o", str(spoken)], check=True)
            pieces += [_resampled(spoken), np.zeros(int(PAUSE_SECONDS * RATE), np.int16)]
    sound = np.concatenate(pieces)
    return np.clip(sound.astype(np.int32) + silence(len(sound) / RATE)[: len(sound)], -32_768, 32_767).astype(np.int16)


def silence(seconds: float) -> NDArray[np.int16]:
    """A quiet room at about -70 dBFS: microphones never deliver zeros. The same every time."""
    noise = np.random.default_rng(7).normal(0, 10, int(np.ceil(seconds * RATE)))
    return noise.astype(np.int16)


def draw(sound: NDArray[np.int16], sample: Sample) -> Iterator[bytes]:
    """The frames, RGB: head and shoulders in front of a wall, swaying, blinking, mouth moved by the sound."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    wall = np.array(sample.wall, np.float32) * (1.06 - 0.25 * (columns / WIDTH) - 0.1 * (rows / HEIGHT))[..., None]
    per_frame = RATE // FRAMES_PER_SECOND
    for number in range(len(sound) // per_frame):
        seconds = number / FRAMES_PER_SECOND
        loudness = np.abs(sound[number * per_frame : (number + 1) * per_frame].astype(np.float32)).mean()
        opened = min(1.0, float(loudness) / 2_500)
        x = WIDTH / 2 + 5 * np.sin(seconds * 0.9) + 2 * np.sin(seconds * 2.3)
        y = 100 + 2 * np.sin(seconds * 1.3)
        blinks = number % BLINK_EVERY in (0, 1)
        picture = wall.copy()
        for colour, across, down, half_width, half_height in (
            (sample.shirt, x, 250, 92, 82),
            ((206, 160, 130), x, 158, 20, 32),
            ((70, 50, 40), x, y - 12, 49, 56),
            ((224, 178, 148), x, y, 43, 54),
            ((60, 45, 40), x - 16, y - 8, 5, 1 if blinks else 3.5),
            ((60, 45, 40), x + 16, y - 8, 5, 1 if blinks else 3.5),
            ((150, 70, 70), x, y + 28, 13, 2 + 7 * opened),
        ):
            reach = ((columns - across) / half_width) ** 2 + ((rows - down) / half_height) ** 2
            edge = np.clip((1 - reach) * min(half_width, half_height) / 2, 0, 1)[..., None]
            picture += (np.array(colour, np.float32) - picture) * edge
        yield np.clip(picture, 0, 255).astype(np.uint8).tobytes()


def check(sample: Sample) -> None:
    """Prints how well the built-in recogniser understands the recording."""
    with tempfile.TemporaryDirectory() as folder:
        audio = Path(folder) / "audio.wav"
        _write_wav(audio, _resampled(SAMPLES / sample.path))
        transcript = asyncio.run(PocketSphinx().transcribe(audio, language="en"))
    said, heard = _words(sample.text), _words(transcript.text)
    rate = f"{word_errors(said, heard) / len(said):.3f}" if said else "none spoken"
    print(
        f"{sample.path}  {transcript.audio_seconds:.1f} s, voice {transcript.speech_seconds:.1f} s, "
        f"confidence {transcript.confidence}, word error rate {rate}\n    {transcript.text}"
    )


def word_errors(said: list[str], heard: list[str]) -> int:
    """Words to insert, delete and replace to come from one to the other (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        diagonal, row[0] = row[0], number
        for position, other in enumerate(heard, 1):
            best = min(row[position] + 1, row[position - 1] + 1, diagonal + (word != other))
            diagonal, row[position] = row[position], best
    return row[-1]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def _resampled(source: Path) -> NDArray[np.int16]:
    command = [FFMPEG, "-loglevel", "error", "-i", str(source), "-vn", "-ar", str(RATE), "-ac", "1", "-f", "s16le", "-"]
    return np.frombuffer(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout, np.int16)


def _write_wav(path: Path, sound: NDArray[np.int16]) -> None:
    with wave.open(str(path), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(RATE)
        recording.writeframes(sound.tobytes())


if __name__ == "__main__":
    main()
