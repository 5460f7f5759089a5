"""Sounds to recognise, made in place."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from colloquy.providers.speech.voice import SAMPLE_RATE

SPOKEN = "I measured the time of every request. After two weeks the number of lost orders fell to zero."


def save(path: Path, samples: NDArray[np.int16], *, rate: int = SAMPLE_RATE) -> Path:
    with wave.open(str(path), "wb") as recording:
        recording.setparams((1, 2, rate, 0, "NONE", ""))
        recording.writeframes(samples.tobytes())
    return path


def vowel(seconds: float, *, pitch: float = 120.0, level: float = 0.2) -> NDArray[np.int16]:
    """Something with the spectrum of a sung vowel: harmonics under two formants."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sound = np.zeros_like(time)
    for harmonic in range(1, 30):
        hertz = harmonic * pitch
        weight = np.exp(-(((hertz - 700) / 250) ** 2)) + 0.6 * np.exp(-(((hertz - 1200) / 250) ** 2)) + 0.02
        sound += weight * np.sin(2 * np.pi * hertz * time)
    sound /= np.abs(sound).max() or 1
    return (sound * level * 32_767).astype(np.int16)


def quiet(seconds: float, *, seed: int = 3, level: float = 10.0) -> NDArray[np.int16]:
    return np.random.default_rng(seed).normal(0, level, int(seconds * SAMPLE_RATE)).astype(np.int16)
