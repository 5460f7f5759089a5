"""What every recogniser promises, run over all that can run here."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from speech_server import TranscriptionServer
from spoken_audio import SPOKEN

from colloquy.providers.speech.fake import FakeSpeech
from colloquy.providers.speech.openai import OpenAISpeech
from colloquy.providers.speech.pocketsphinx import PocketSphinx
from colloquy.providers.speech.port import (
    SpeechRefused,
    SpeechToText,
    Transcript,
    from_json,
    to_json,
    transcript_hash,
)


@pytest.fixture(params=["fake", "pocketsphinx", "openai"])
def recogniser(request: pytest.FixtureRequest, transcription_server: TranscriptionServer) -> SpeechToText:
    make: dict[str, Callable[[], SpeechToText]] = {
        "fake": lambda: FakeSpeech(SPOKEN),
        "pocketsphinx": PocketSphinx,
        "openai": lambda: OpenAISpeech("sk-test", base_url=transcription_server.base_url),
    }
    return make[request.param]()


async def test_speech_becomes_words_with_places_and_times(recogniser: SpeechToText, speech: Path) -> None:
    transcript = await recogniser.transcribe(speech, language="en")

    said = SPOKEN.lower().replace(".", "").split()
    heard = [word.text.lower().strip(".") for word in transcript.words]
    assert len(set(said) & set(heard)) >= 0.8 * len(set(said))
    assert [transcript.text[w.start_char : w.end_char] for w in transcript.words] == [w.text for w in transcript.words]
    assert all(0 <= w.start <= w.end <= transcript.audio_seconds + 0.1 for w in transcript.words)
    starts = [w.start for w in transcript.words]
    assert starts == sorted(starts)
    assert (transcript.language, transcript.recogniser) == ("en", recogniser.name)


async def test_the_transcript_says_what_its_recogniser_can_do(recogniser: SpeechToText, speech: Path) -> None:
    transcript = await recogniser.transcribe(speech, language="en")

    assert transcript.low_accuracy is recogniser.capabilities.low_accuracy
    assert (transcript.confidence is not None) is recogniser.capabilities.confidence
    assert transcript.confidence is None or 0 <= transcript.confidence <= 1
    assert 4 < transcript.speech_seconds < transcript.audio_seconds < 12


async def test_silence_has_no_words(recogniser: SpeechToText, silence: Path) -> None:
    transcript = await recogniser.transcribe(silence, language="en")

    assert (transcript.text, transcript.words, transcript.confidence) == ("", (), None)
    assert transcript.speech_seconds == 0
    assert math.isclose(transcript.audio_seconds, 5.0)


async def test_the_same_audio_gives_the_same_transcript(recogniser: SpeechToText, speech: Path) -> None:
    once, again = await asyncio.gather(*(recogniser.transcribe(speech, language="en") for _ in range(2)))

    assert once == again
    assert transcript_hash(once) == transcript_hash(again)


async def test_a_transcript_survives_json(recogniser: SpeechToText, speech: Path) -> None:
    transcript: Transcript = await recogniser.transcribe(speech, language="en")

    assert from_json(to_json(transcript)) == transcript


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not audio at all, only text" * 50])
async def test_what_is_not_audio_is_refused_for_good(recogniser: SpeechToText, tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(content)

    with pytest.raises(SpeechRefused) as refusal:
        await recogniser.transcribe(broken, language="en")

    assert refusal.value.code == "unreadable_audio"


async def test_a_missing_file_is_refused_for_good(recogniser: SpeechToText, tmp_path: Path) -> None:
    with pytest.raises(SpeechRefused) as refusal:
        await recogniser.transcribe(tmp_path / "gone.wav", language="en")

    assert refusal.value.code == "unreadable_audio"


async def test_a_language_it_does_not_know_is_refused_not_guessed(recogniser: SpeechToText, speech: Path) -> None:
    if recogniser.capabilities.languages is None:
        pytest.skip("this recogniser knows many languages")

    with pytest.raises(SpeechRefused) as refusal:
        await recogniser.transcribe(speech, language="zu")

    assert refusal.value.code == "language_not_supported"
