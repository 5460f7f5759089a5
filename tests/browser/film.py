"""What Chromium plays into the page instead of a camera and a microphone: a drawn face, and flite's voice."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

FACE = Path(__file__).resolve().parents[2] / "samples" / "strong" / "answer-1.webm"
SPOKEN = (
    "Last year our payment service started to lose orders during the evening peak. "
    "I measured the time of every request and found that the database was waiting for locks. "
    "I decided to change the order of the updates. "
    "After two weeks the number of lost orders fell from three hundred a day to zero."
)
LEAD_SECONDS = 4.0
"""From opening the microphone to the first word: long enough to press the button first."""
FACE_SECONDS = 4
TAIL_SECONDS = 60.0
"""Chromium is told not to loop, and what follows the file would be digital silence: let the room hiss on."""


@dataclass(frozen=True, slots=True)
class Film:
    """Files in the shapes that Chromium reads. `seconds`: from opening the microphone to the last word."""

    picture: Path
    sound: Path
    seconds: float


def flite_missing() -> str | None:
    """Why there can be no voice, or None."""
    return None if shutil.which("flite") else "flite is not installed"


def make_film(folder: Path, text: str = SPOKEN) -> Film:
    """Draws and speaks. Without flite the room only hisses."""
    ffmpeg = get_ffmpeg_exe()
    picture, sound, spoken = folder / "face.mjpeg", folder / "voice.wav", folder / "spoken.wav"
    look = ["-vf", "scale=640:-2,crop=640:360:0:0,fps=12", "-an", "-q:v", "4", "-f", "mjpeg", "-y", str(picture)]
    _run([ffmpeg, "-v", "error", "-t", str(FACE_SECONDS), "-i", str(FACE), *look])
    if flite_missing():
        speaking = ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono:d=1"]
        seconds = 1.0
    else:
        _run(["flite", "-voice", "rms", "-t", text, "-o", str(spoken)])
        speaking = ["-i", str(spoken)]
        seconds = _wav_seconds(spoken)
    # Microphones never deliver zeros; a hiss at about -66 dBFS is a quiet room.
    length = LEAD_SECONDS + seconds + TAIL_SECONDS
    hiss = ["-f", "lavfi", "-i", f"anoisesrc=r=48000:a=0.0008:d={length}:seed=7"]
    mix = f"[0:a]aresample=48000,adelay={int(LEAD_SECONDS * 1000)}[v];[v][1:a]amix=2:duration=longest:normalize=0"
    _run([ffmpeg, "-v", "error", *speaking, *hiss, "-filter_complex", mix, "-ac", "1", "-y", str(sound)])
    return Film(picture, sound, LEAD_SECONDS + seconds)


def _wav_seconds(path: Path) -> float:
    import wave

    with wave.open(str(path)) as opened:
        return opened.getnframes() / opened.getframerate()


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True)
