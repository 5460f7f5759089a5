"""The outline of a recording's sound, for drawing under the player."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

_FRAMES_PER_READ = 1 << 20
_FULL_SCALE = 32768


def peaks(wav: Path, buckets: int = 200) -> list[int]:
    """The loudest sample of each of `buckets` equal spans of a mono 16-bit WAV: 0 is silence, 100 full scale.

    Reads 2 MiB at a time, so an hour costs no more memory than a second. A file shorter than `buckets`
    samples repeats its samples; one without samples is all silence.
    """
    with wave.open(str(wav), "rb") as sound:
        if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
            raise ValueError("A waveform is drawn from mono 16-bit WAV, as extract_audio writes it.")
        frames = sound.getnframes()
        loudest = np.zeros(buckets, dtype=np.int32)
        # Bucket i holds the samples from edges[i] up to the next edge.
        edges = np.arange(buckets, dtype=np.int64) * frames // buckets
        at = 0
        while data := sound.readframes(_FRAMES_PER_READ):
            samples = np.abs(np.frombuffer(data, dtype="<i2").astype(np.int32))
            _raise_peaks(loudest, edges, samples, at)
            at += len(samples)
    return [int(value) for value in -(-loudest * 100 // _FULL_SCALE)]


def _raise_peaks(loudest: np.ndarray, edges: np.ndarray, samples: np.ndarray, at: int) -> None:
    """Count a run of samples (int32, one axis) that begins at frame `at` into the buckets it touches."""
    first = int(np.searchsorted(edges, at))
    if first == len(edges) or edges[first] > at:
        first -= 1  # the run begins inside the bucket before
    last = int(np.searchsorted(edges, at + len(samples)))
    starts = np.maximum(edges[first:last] - at, 0)
    # Where two starts are equal, reduceat yields that one sample: the repetition promised for short files.
    np.maximum(loudest[first:last], np.maximum.reduceat(samples, starts), out=loudest[first:last])
