"""OpenAI's transcription API, and any server that speaks it (LocalAI, Speaches, vLLM).

Nothing the server says is believed before it is checked: a reply with times that run backwards, that are
no numbers or that lie outside the recording is no transcript, because scores quote it.
"""

from __future__ import annotations

import asyncio
import io
import math
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import httpx
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from colloquy.providers.speech.openai_errors import SpeechReplyError, raise_for_status
from colloquy.providers.speech.port import (
    HeardWord,
    SpeechCapabilities,
    SpeechUnavailable,
    Transcript,
    place_words,
    transcript_from_words,
)
from colloquy.providers.speech.utterances import utterances
from colloquy.providers.speech.voice import SAMPLE_RATE, VoiceActivity, find_voice, read_samples

_PART_SECONDS = 600.0  # 19 MB of PCM; the API takes 25 MB a file
_LARGEST_REPLY = 16 * 1024**2  # bytes; ten minutes of words are under 1 MB
_CONNECT_SECONDS = 10.0
_OVERRUN = 1.0  # seconds a word may begin after the end: the models round to their own grid

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _ReplyWord(BaseModel):
    model_config = ConfigDict(strict=True)
    word: str
    start: Seconds
    end: Seconds


class _ReplySegment(BaseModel):
    model_config = ConfigDict(strict=True)
    start: Seconds
    end: Seconds
    avg_logprob: Annotated[float, Field(le=0, allow_inf_nan=False)] | None = None


class _Reply(BaseModel):
    """`verbose_json`; servers add members of their own, which are ignored."""

    model_config = ConfigDict(strict=True)
    text: str
    words: list[_ReplyWord] | None = None
    segments: list[_ReplySegment] | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the recording: `start` in seconds, samples int16 of shape (samples,)."""

    start: float
    samples: NDArray[np.int16]

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


class OpenAISpeech:
    """`POST {base_url}/audio/transcriptions`.

    `whisper-1` is the only model of OpenAI's own that returns word times; compatible servers have others.
    `patience` is the number of seconds one request may take altogether, however slowly the reply drips.
    """

    capabilities = SpeechCapabilities(languages=None, word_times=True, confidence=True, low_accuracy=False, local=False)

    def __init__(
        self,
        key: str,
        *,
        base_url: str = "https://api.openai.com/v1",
        model: str = "whisper-1",
        patience: float = 300.0,
    ) -> None:
        self.name = f"openai:{model}"
        self._key = key
        self._url = f"{base_url.rstrip('/')}/audio/transcriptions"
        self._model = model
        self._patience = patience

    async def transcribe(self, audio: Path, *, language: str) -> Transcript:
        """See `SpeechToText`. A recording without any voice is not sent: there is nothing to hear, and
        what these models write about silence is invented.
        """
        samples = await asyncio.to_thread(read_samples, audio)
        activity = await asyncio.to_thread(find_voice, samples)
        heard: list[HeardWord] = []
        weights: list[tuple[float, float]] = []
        timeout = httpx.Timeout(self._patience, connect=_CONNECT_SECONDS)
        async with httpx.AsyncClient(timeout=timeout, follow_redirects=False) as client:
            for part in _parts(samples, activity):
                reply = await self._ask(client, part, language)
                heard += _words(reply, part)
                weights += _confidences(reply)
        try:
            return transcript_from_words(
                heard,
                language=language,
                recogniser=self.name,
                confidence=_weighted_mean(weights) if heard else None,
                speech_seconds=round(activity.speech_seconds, 3),
                audio_seconds=round(activity.audio_seconds, 3),
                low_accuracy=False,
            )
        except ValueError as error:
            raise SpeechReplyError(f"{error}") from error

    async def _ask(self, client: httpx.AsyncClient, part: _Part, language: str) -> _Reply:
        fields = {
            "model": self._model,
            "language": language,
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
            "temperature": "0",
        }
        # A fixed name: what the candidate called the file is nobody else's business.
        files = {"file": ("audio.wav", _wav(part.samples), "audio/wav")}
        headers = {"Authorization": f"Bearer {self._key}"}
        try:
            # The client's own timeouts start again with every byte; this one does not.
            async with (
                asyncio.timeout(self._patience),
                client.stream("POST", self._url, data=fields, files=files, headers=headers) as response,
            ):
                body = await _read(response)
                raise_for_status(response.status_code, response.headers, body)
        except TimeoutError as error:
            raise SpeechUnavailable(f"The speech service did not answer within {self._patience:g} s.") from error
        except httpx.HTTPError as error:
            raise SpeechUnavailable(f"The speech service cannot be reached ({type(error).__name__}).") from error
        try:
            return _Reply.model_validate_json(body)
        except ValidationError as error:
            where = ", ".join(sorted({".".join(map(str, e["loc"])) or "body" for e in error.errors()})[:3])
            raise SpeechReplyError(f"not a transcript: {where}") from error


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _LARGEST_REPLY:
            raise SpeechReplyError("the reply does not end")
    return bytes(body)


def _parts(samples: NDArray[np.int16], activity: VoiceActivity) -> list[_Part]:
    """The recording, cut at pauses into pieces the service accepts; none when nobody speaks."""
    spans = utterances(activity)
    if not spans:
        return []
    if activity.audio_seconds <= _PART_SECONDS:
        return [_Part(0.0, samples)]
    bounds = [(spans[0].start, spans[0].end)]
    for span in spans[1:]:
        start, _ = bounds[-1]
        if span.end - start <= _PART_SECONDS:
            bounds[-1] = (start, span.end)
        else:
            bounds.append((span.start, span.end))
    return [_Part(start, samples[int(start * SAMPLE_RATE) : int(end * SAMPLE_RATE)]) for start, end in bounds]


def _wav(samples: NDArray[np.int16]) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(SAMPLE_RATE)
        recording.writeframes(samples.astype("<i2", copy=False).tobytes())
    return buffer.getvalue()


def _words(reply: _Reply, part: _Part) -> list[HeardWord]:
    """The reply's words on the recording's clock. Raises `SpeechReplyError` for what is not in it;
    the order of the times is checked with the whole transcript.
    """
    bare: list[HeardWord] = []
    for word in reply.words or ():
        text = word.word.strip()
        if not text:
            continue
        if word.start > part.seconds + _OVERRUN:
            raise SpeechReplyError("a word outside the recording")
        start, end = min(word.start, part.seconds), min(word.end, part.seconds)
        bare.append(HeardWord(text, round(part.start + start, 3), round(part.start + end, 3)))
    if not bare and reply.text.strip():
        raise SpeechReplyError("text without word times")
    # The text has the punctuation, the words have the times. When they disagree the words are what counts.
    placed = place_words(reply.text.strip(), bare) or bare
    if placed and part.start > 0:
        first = placed[0]
        placed[0] = HeardWord(first.text, first.start, first.end, None, f" {first.lead.strip()}", first.tail)
    return placed


def _confidences(reply: _Reply) -> list[tuple[float, float]]:
    """Per segment its probability (the geometric mean over its tokens) and its seconds, the weight."""
    return [
        (math.exp(segment.avg_logprob), max(segment.end - segment.start, 0.01))
        for segment in reply.segments or ()
        if segment.avg_logprob is not None
    ]


def _weighted_mean(weights: list[tuple[float, float]]) -> float | None:
    total = sum(seconds for _, seconds in weights)
    return round(sum(value * seconds for value, seconds in weights) / total, 4) if total else None
