from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colloquy.providers.transcoder import waveform


def save(path: Path, samples: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(samples.astype("<i2").tobytes())
    return path


def test_full_scale_is_100_silence_is_0_and_a_whisper_is_not_nothing(tmp_path):
    samples = np.zeros(4000)
    samples[1500], samples[2500], samples[3500] = -32768, 16384, 1
    assert waveform.peaks(save(tmp_path / "x.wav", samples), 4) == [0, 100, 50, 1]


def test_a_recording_without_samples_is_silence(tmp_path):
    assert waveform.peaks(save(tmp_path / "x.wav", np.zeros(0)), 3) == [0, 0, 0]


def test_a_recording_shorter_than_the_drawing_repeats_its_samples(tmp_path):
    assert waveform.peaks(save(tmp_path / "x.wav", np.array([32767, 0])), 4) == [100, 100, 0, 0]


def test_stereo_is_refused(tmp_path):
    with wave.open(str(tmp_path / "x.wav"), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
    with pytest.raises(ValueError, match="mono"):
        waveform.peaks(tmp_path / "x.wav")


@given(
    samples=st.lists(st.integers(-32768, 32767), max_size=300),
    buckets=st.integers(1, 40),
    read=st.integers(1, 90),
)
def test_reading_in_pieces_changes_nothing(samples, buckets, read, tmp_path_factory):
    """Against the plain definition: the maximum over each span, however the file is cut into reads."""
    path = save(tmp_path_factory.mktemp("wave") / "x.wav", np.array(samples))
    before, waveform._FRAMES_PER_READ = waveform._FRAMES_PER_READ, read
    try:
        drawn = waveform.peaks(path, buckets)
    finally:
        waveform._FRAMES_PER_READ = before

    edges = [index * len(samples) // buckets for index in range(buckets + 1)]
    spans = [samples[edges[i] : max(edges[i + 1], edges[i] + 1)] for i in range(buckets)]
    assert drawn == [-(-max((abs(value) for value in span), default=0) * 100 // 32768) for span in spans]
