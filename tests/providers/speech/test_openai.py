"""The transcription API over a real socket: what is sent, what is believed, what each refusal means."""

from __future__ import annotations

import asyncio
import email.utils
import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from speech_server import Answer, Asked, TranscriptionServer, hears
from spoken_audio import quiet, save, vowel

from colloquy.providers.speech import openai
from colloquy.providers.speech.openai import OpenAISpeech
from colloquy.providers.speech.port import SpeechRefused, SpeechUnavailable


@pytest.fixture
def recogniser(transcription_server: TranscriptionServer) -> OpenAISpeech:
    return OpenAISpeech("sk-secret", base_url=f"{transcription_server.base_url}/", patience=5)


async def test_the_request_is_the_documented_one(
    recogniser: OpenAISpeech, transcription_server: TranscriptionServer, hum: Path
) -> None:
    await recogniser.transcribe(hum, language="ru")

    (asked,) = transcription_server.asked
    assert asked.path == "/v1/audio/transcriptions"
    assert asked.authorization == "Bearer sk-secret"
    assert asked.fields == {
        "model": ["whisper-1"],
        "language": ["ru"],
        "response_format": ["verbose_json"],
        "timestamp_granularities[]": ["word", "segment"],
        "temperature": ["0"],
    }
    assert asked.file_name == "audio.wav"  # never the candidate's own name for it
    assert asked.audio_seconds == 5.0


async def test_words_take_the_spelling_and_the_punctuation_of_the_text(
    recogniser: OpenAISpeech, transcription_server: TranscriptionServer, hum: Path
) -> None:
    reply = hears("Well, I don't know. It was 40% – or so!", 5.0)
    reply["words"][0]["word"] = " well"
    transcription_server.answer = lambda _: Answer(body=reply)

    transcript = await recogniser.transcribe(hum, language="en")

    assert transcript.text == "Well, I don't know. It was 40% – or so!"
    assert [w.text for w in transcript.words][:4] == ["Well", "I", "don't", "know"]
    assert transcript.confidence == pytest.approx(math.exp(-0.2), abs=1e-4)


async def test_when_text_and_words_disagree_only_the_words_are_kept(
    recogniser: OpenAISpeech, transcription_server: TranscriptionServer, hum: Path
) -> None:
    reply = hears("I fixed it", 5.0) | {"text": "I fixed it and I was promoted."}
    transcription_server.answer = lambda _: Answer(body=reply)

    assert (await recogniser.transcribe(hum, language="en")).text == "I fixed it"


async def test_silence_is_never_sent(
    recogniser: OpenAISpeech, transcription_server: TranscriptionServer, silence: Path
) -> None:
    await recogniser.transcribe(silence, language="en")

    assert transcription_server.asked == []


async def test_long_audio_is_sent_in_parts_cut_at_pauses(
    recogniser: OpenAISpeech,
    transcription_server: TranscriptionServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(openai, "_PART_SECONDS", 6.0)
    pieces = [piece for _ in range(4) for piece in (quiet(1.0), vowel(2.0))]
    long = save(tmp_path / "long.wav", np.concatenate(pieces))
    texts = iter(["First part.", "Second part."])
    transcription_server.answer = lambda asked: Answer(body=hears(next(texts), asked.audio_seconds))

    transcript = await recogniser.transcribe(long, language="en")

    assert [round(asked.audio_seconds) for asked in transcription_server.asked] == [5, 5]
    assert transcript.text == "First part. Second part."
    first, second = [w.start for w in transcript.words[:2]], [w.start for w in transcript.words[2:]]
    assert first == [pytest.approx(0.85, abs=0.1), pytest.approx(3.5, abs=0.2)]
    assert second == [pytest.approx(6.85, abs=0.1), pytest.approx(9.5, abs=0.2)]


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (401, {"message": "Incorrect API key provided"}, "key_refused"),
        (403, {"message": "Country not supported"}, "key_refused"),
        (404, {"message": "no such model"}, "model_not_found"),
        (400, {"message": "Audio file might be corrupted"}, "audio_refused"),
        (413, {"message": "Maximum content size limit exceeded"}, "audio_refused"),
        (429, {"code": "insufficient_quota", "message": "You exceeded your current quota"}, "quota_spent"),
        (308, {}, "address_moved"),
    ],
)
async def test_what_will_be_refused_every_time_is_not_tried_again(
    recogniser: OpenAISpeech,
    transcription_server: TranscriptionServer,
    hum: Path,
    status: int,
    error: dict[str, str],
    code: str,
) -> None:
    transcription_server.answer = lambda _: Answer(status, {"error": error}, {"location": "http://127.0.0.1:1/"})

    with pytest.raises(SpeechRefused) as refusal:
        await recogniser.transcribe(hum, language="en")

    assert refusal.value.code == code
    assert "sk-secret" not in refusal.value.message
    assert len(transcription_server.asked) == 1


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [(429, "7", 7.0), (429, None, None), (429, "soon", None), (429, "-5", 0.0), (503, "1e9", 3600.0), (500, None, None),
     (502, "nan", None), (408, None, None)],
)  # fmt: skip
async def test_what_may_pass_says_how_long_to_wait(
    recogniser: OpenAISpeech,
    transcription_server: TranscriptionServer,
    hum: Path,
    status: int,
    header: str | None,
    wait: float | None,
) -> None:
    headers = {} if header is None else {"retry-after": header}
    transcription_server.answer = lambda _: Answer(status, b"<html>busy</html>", headers)

    with pytest.raises(SpeechUnavailable) as failure:
        await recogniser.transcribe(hum, language="en")

    assert failure.value.retry_after == wait


async def test_a_date_to_retry_after_is_understood(
    recogniser: OpenAISpeech, transcription_server: TranscriptionServer, hum: Path
) -> None:
    until = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    transcription_server.answer = lambda _: Answer(429, {}, {"retry-after": until})

    with pytest.raises(SpeechUnavailable) as failure:
        await recogniser.transcribe(hum, language="en")

    assert failure.value.retry_after == pytest.approx(90, abs=5)


def _changed(**changes: Any) -> dict[str, Any]:
    return hears("I fixed it", 5.0) | changes


def _word(word: Any, start: Any, end: Any) -> dict[str, Any]:
    return {"word": word, "start": start, "end": end}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'{"text": "I fixed',
        b"<html>200</html>",
        {"text": 7, "words": []},
        {"words": []},
        {"text": "I fixed it"},  # no times at all
        _changed(words=[]),
        _changed(words=[{"word": "I"}]),
        _changed(words=[_word("I", "0.1", 0.2)]),
        _changed(words=[_word("I", -0.5, 0.2)]),
        _changed(words=[_word("I", 0.5, 0.2)]),
        _changed(words=[_word("I", 2.0, 2.1), _word("fixed", 1.0, 1.1)]),
        _changed(words=[_word("I", 60.0, 60.5)]),
        _changed(words=[_word("I", 0.0, float("inf"))]),
        _changed(words=[_word(None, 0.0, 0.1)]),
        b'{"text": "I", "words": [{"word": "I", "start": NaN, "end": 1.0}]}',
        b'{"text": "I", "words": [{"word": "I", "start": 0.1, "end": NaN}]}',
        _changed(segments=[{"start": 0.0, "end": 5.0, "avg_logprob": float("nan")}]),
        _changed(segments=[{"start": 0.0, "end": 5.0, "avg_logprob": 3.0}]),
    ],
)  # fmt: skip
async def test_a_reply_that_cannot_be_true_leaves_no_word_behind(
    recogniser: OpenAISpeech, transcription_server: TranscriptionServer, hum: Path, body: Any
) -> None:
    transcription_server.answer = lambda _: Answer(body=body)

    with pytest.raises(SpeechUnavailable, match="cannot be used"):
        await recogniser.transcribe(hum, language="en")


@pytest.mark.parametrize("fault", [Answer(hang=True), Answer(body=b"{", drip=True)])
async def test_a_server_that_never_finishes_is_left(
    transcription_server: TranscriptionServer, hum: Path, fault: Answer
) -> None:
    transcription_server.answer = lambda _: fault
    recogniser = OpenAISpeech("k", base_url=transcription_server.base_url, patience=0.5)

    with pytest.raises(SpeechUnavailable):
        async with asyncio.timeout(5):
            await recogniser.transcribe(hum, language="en")


async def test_a_stream_cut_short_is_no_transcript(
    recogniser: OpenAISpeech, transcription_server: TranscriptionServer, hum: Path
) -> None:
    whole = json.dumps(hears("I fixed it", 5.0)).encode()
    transcription_server.answer = lambda _: Answer(body=whole, cut=True)

    with pytest.raises(SpeechUnavailable):
        await recogniser.transcribe(hum, language="en")


async def test_a_reply_without_an_end_does_not_fill_the_memory(
    recogniser: OpenAISpeech,
    transcription_server: TranscriptionServer,
    hum: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(openai, "_LARGEST_REPLY", 1_000)
    transcription_server.answer = lambda _: Answer(body=b" " * 5_000, drip=True)

    with pytest.raises(SpeechUnavailable, match="does not end"):
        await recogniser.transcribe(hum, language="en")


async def test_nobody_at_the_address_is_a_passing_fault(hum: Path) -> None:
    with pytest.raises(SpeechUnavailable, match="cannot be reached"):
        await OpenAISpeech("k", base_url="http://127.0.0.1:9/v1").transcribe(hum, language="en")


async def test_an_empty_reply_to_voice_is_an_honest_answer(
    recogniser: OpenAISpeech, transcription_server: TranscriptionServer, hum: Path
) -> None:
    def answer(asked: Asked) -> Answer:
        return Answer(body={"text": "", "duration": asked.audio_seconds, "words": [], "segments": []})

    transcription_server.answer = answer

    transcript = await recogniser.transcribe(hum, language="en")

    assert (transcript.text, transcript.words, transcript.confidence) == ("", (), None)
    assert transcript.speech_seconds > 2
