"""How much of a recording is voice, and where, without a model.

A frame is voice when three things hold: it is louder than the room (an adaptive noise floor), louder than
a microphone's own hiss (an absolute floor), and its spectrum has peaks (spectral flatness). Steady sounds,
a fan or a mains hum, become the floor; hiss is flat; clicks and knocks are too short. Music and a
television in the room are voice to this method, as they are to most: the quality gate looks at the words.
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from colloquy.providers.speech.port import SpeechRefused

SAMPLE_RATE = 16_000
_HOP = 160  # 10 ms
_WINDOW = 512  # 32 ms, a power of two for the transform
_BLOCK_FRAMES = 6_000  # one minute at a time, so an hour of audio costs no more memory than a minute
_BAND = (100, 4_000)  # Hz; the part of the spectrum where vowels have their peaks

_ROOM_SPAN = 2_000  # frames (20 s) over which the room's level is taken
_ROOM_PERCENTILE = 5  # someone who speaks without a break still pauses for a twentieth of the time
_QUIETEST_ROOM_DB = -66.0  # dBFS; below this a "room" is digital silence and says nothing
_LOUDER_THAN_ROOM_DB = 9.0
_FLATTEST_VOICE = 0.30  # white noise measures 0.56 (e to the minus Euler's constant); vowels stay below 0.2
_CORE_RUN = 6  # frames in a row (60 ms), shorter than a vowel; breath has peaks for a moment, by chance
_SOFT_EDGE = 15  # frames (150 ms) a consonant may stand before or after its vowel
_SHORTEST_VOICE = 0.12  # seconds; the shortest English words are about this long
_BRIDGED_GAP = 0.20  # seconds; stop consonants close the mouth for up to this long inside a word


@dataclass(frozen=True, slots=True)
class VoiceSpan:
    """A stretch of voice, `start` and `end` in seconds from the beginning of the recording."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class VoiceActivity:
    """Where the voice is. `audio_seconds` is the length of the whole recording."""

    spans: tuple[VoiceSpan, ...]
    audio_seconds: float

    @property
    def speech_seconds(self) -> float:
        return sum((span.seconds for span in self.spans), start=0.0)


def read_samples(audio: Path) -> NDArray[np.int16]:
    """The samples of a 16 kHz mono 16-bit WAV: int16, shape (samples,).

    Raises `SpeechRefused` with code `unreadable_audio` for any other kind of file.
    """
    try:
        with wave.open(str(audio), "rb") as recording:
            shape = (recording.getframerate(), recording.getnchannels(), recording.getsampwidth())
            if shape != (SAMPLE_RATE, 1, 2):
                raise SpeechRefused("unreadable_audio", "The audio must be 16 kHz, mono, 16-bit PCM.")
            pcm = recording.readframes(recording.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise SpeechRefused("unreadable_audio", "The audio is not a readable WAV file.") from error
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.int16, copy=False)


def find_voice(samples: NDArray[np.int16]) -> VoiceActivity:
    """The stretches of voice in int16 samples of shape (samples,) at 16 kHz."""
    seconds = len(samples) / SAMPLE_RATE
    if len(samples) < _WINDOW:
        return VoiceActivity(spans=(), audio_seconds=seconds)
    level, flatness = _measure(samples)
    loud = level > _room_level(level) + _LOUDER_THAN_ROOM_DB
    core = _runs_of_at_least(loud & (flatness < _FLATTEST_VOICE), _CORE_RUN)
    voiced = loud & _near(core, _SOFT_EDGE)
    return VoiceActivity(spans=tuple(_spans(voiced | core)), audio_seconds=seconds)


def _measure(samples: NDArray[np.int16]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per 10 ms frame: level in dBFS and spectral flatness 0..1, both of shape (frames,), inside the band."""
    frames = 1 + (len(samples) - _WINDOW) // _HOP
    window = np.hanning(_WINDOW).astype(np.float32)
    low, high = (int(hertz * _WINDOW / SAMPLE_RATE) for hertz in _BAND)
    # A full-scale sine through this window has this power in its bin; it is the 0 dB of the scale.
    full_scale = float((window.sum() / 2) ** 2)
    level, flatness = np.empty(frames), np.empty(frames)
    for first in range(0, frames, _BLOCK_FRAMES):
        count = min(_BLOCK_FRAMES, frames - first)
        piece = samples[first * _HOP : (first + count - 1) * _HOP + _WINDOW].astype(np.float32) / 32_768
        strided = np.lib.stride_tricks.sliding_window_view(piece, _WINDOW)[::_HOP]
        power = np.abs(np.fft.rfft(strided * window, axis=1)[:, low:high]) ** 2 + 1e-12
        level[first : first + count] = 10 * np.log10(power.sum(axis=1) / full_scale)
        flatness[first : first + count] = np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)
    return level, flatness


def _room_level(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """The level of the room around each frame, dBFS, shape (frames,): a low percentile of the nearby levels."""
    centres = np.arange(0, len(level), 100)
    room = [
        np.percentile(level[max(0, c - _ROOM_SPAN // 2) : c + _ROOM_SPAN // 2 + 1], _ROOM_PERCENTILE) for c in centres
    ]
    return np.maximum(np.interp(np.arange(len(level)), centres, room), _QUIETEST_ROOM_DB)


def _edges(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Starts and (exclusive) ends of the runs of True."""
    change = np.diff(np.concatenate(([0], mask.astype(np.int8), [0])))
    return np.flatnonzero(change == 1), np.flatnonzero(change == -1)


def _runs_of_at_least(mask: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
    kept = np.zeros_like(mask)
    for start, end in zip(*_edges(mask), strict=True):
        if end - start >= frames:
            kept[start:end] = True
    return kept


def _near(mask: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
    widened = np.zeros_like(mask)
    for start, end in zip(*_edges(mask), strict=True):
        widened[max(0, start - frames) : end + frames] = True
    return widened


def _spans(voiced: NDArray[np.bool_]) -> list[VoiceSpan]:
    spans: list[VoiceSpan] = []
    for first, last in zip(*_edges(voiced), strict=True):
        # A frame speaks for the 10 ms in the middle of its window.
        start = float(first * _HOP + (_WINDOW - _HOP) / 2) / SAMPLE_RATE
        end = float(last * _HOP + (_WINDOW - _HOP) / 2) / SAMPLE_RATE
        if spans and start - spans[-1].end <= _BRIDGED_GAP:
            start = spans.pop().start
        spans.append(VoiceSpan(start, end))
    return [span for span in spans if span.seconds >= _SHORTEST_VOICE]
