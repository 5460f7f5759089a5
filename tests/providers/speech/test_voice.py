"""What counts as voice, on sounds whose truth is known."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from spoken_audio import quiet, save, vowel

from colloquy.providers.speech.port import SpeechRefused
from colloquy.providers.speech.utterances import LONGEST_UTTERANCE, SENTENCE_PAUSE, utterances
from colloquy.providers.speech.voice import SAMPLE_RATE, VoiceActivity, VoiceSpan, find_voice, read_samples


def white(seconds: float, level: float) -> NDArray[np.int16]:
    return quiet(seconds, level=level)


def tone(seconds: float, hertz: float) -> NDArray[np.int16]:
    return (8_000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE)).astype(np.int16)


def clicks(seconds: float) -> NDArray[np.int16]:
    sound = quiet(seconds).copy()
    sound[::8_000] = 30_000
    return sound


def knocks(seconds: float) -> NDArray[np.int16]:
    """A finger on the table, twice a second: 40 ms of a low tone."""
    sound = quiet(seconds).copy()
    for start in range(4_000, len(sound) - 8_000, 8_000):
        sound[start : start + 640] += tone(0.04, 300.0)
    return sound


def breath(seconds: float) -> NDArray[np.int16]:
    """Pink noise that swells and fades every two and a half seconds."""
    count = int(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(1).normal(size=count))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    noise = np.fft.irfft(spectrum, count)
    swell = 0.5 - 0.49 * np.cos(2 * np.pi * 0.4 * np.arange(count) / SAMPLE_RATE)
    return (noise / np.abs(noise).max() * swell * 12_000).astype(np.int16) + quiet(seconds)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(5 * SAMPLE_RATE, np.int16),
        quiet(5.0),
        white(5.0, 5_000),
        tone(5.0, 50.0),
        tone(5.0, 440.0),
        clicks(5.0),
        knocks(5.0),
        breath(20.0),
        np.concatenate([quiet(3.0), white(3.0, 4_000)]),  # an extractor fan starts
        np.zeros(100, np.int16),
        np.zeros(0, np.int16),
    ],
    ids=["digital silence", "room", "hiss", "hum", "tone", "clicks", "knocks", "breath", "fan", "short", "empty"],
)
def test_no_voice_is_found_where_nobody_speaks(sound: NDArray[np.int16]) -> None:
    assert find_voice(sound).speech_seconds == 0


@pytest.mark.parametrize("level", [0.5, 0.1, 0.02])
@pytest.mark.parametrize("pitch", [90.0, 220.0])
def test_voice_is_found_where_it_is_loud_or_soft_deep_or_high(level: float, pitch: float) -> None:
    activity = find_voice(np.concatenate([quiet(2.0), vowel(3.0, level=level, pitch=pitch), quiet(2.0)]))

    (span,) = activity.spans
    assert (span.start, span.end) == (pytest.approx(2.0, abs=0.05), pytest.approx(5.0, abs=0.05))
    assert activity.audio_seconds == 7.0


def test_speech_is_most_of_a_spoken_recording(speech: Path) -> None:
    activity = find_voice(read_samples(speech))

    assert 0.55 * activity.audio_seconds < activity.speech_seconds < 0.85 * activity.audio_seconds


def test_minutes_are_measured_as_seconds_are() -> None:
    minute = np.concatenate([quiet(50.0), vowel(10.0)])

    activity = find_voice(np.tile(minute, 3))  # crosses the blocks the work is cut into

    assert [round(span.start) for span in activity.spans] == [50, 110, 170]
    assert activity.speech_seconds == pytest.approx(30.0, abs=0.3)


@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_other_sampling_rates_are_refused(tmp_path: Path, rate: int) -> None:
    with pytest.raises(SpeechRefused, match="16 kHz"):
        read_samples(save(tmp_path / "x.wav", vowel(0.1), rate=rate))


def spans(*edges: tuple[float, float], audio: float = 1_000.0) -> VoiceActivity:
    return VoiceActivity(tuple(VoiceSpan(*edge) for edge in edges), audio)


def test_a_short_pause_stays_inside_a_sentence_and_a_long_one_ends_it() -> None:
    found = utterances(spans((1.0, 2.0), (2.4, 3.0), (3.0 + SENTENCE_PAUSE, 5.0)))

    assert [(round(u.start, 2), round(u.end, 2)) for u in found] == [(0.85, 3.15), (3.35, 5.15)]


def test_an_utterance_is_never_too_long_and_nothing_is_lost() -> None:
    breathless = spans((0.0, 130.0), (130.3, 140.0), (140.2, 149.0), audio=150.0)

    found = utterances(breathless)

    assert all(u.seconds <= LONGEST_UTTERANCE + 0.31 for u in found)
    assert (found[0].start, found[-1].end) == (0.0, pytest.approx(149.15))
    for before, after in pairwise(found):
        assert after.start == pytest.approx(before.end)


def test_edges_stay_inside_the_recording() -> None:
    (only,) = utterances(spans((0.0, 1.0), audio=1.0))

    assert (only.start, only.end) == (0.0, 1.0)


def test_silence_has_no_utterances() -> None:
    assert utterances(spans()) == []
