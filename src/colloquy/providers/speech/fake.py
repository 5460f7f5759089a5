"""A recogniser for tests: it "hears" a given text, spread over the voice that is really in the audio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from colloquy.providers.speech.port import (
    Caption,
    HeardWord,
    SpeechCapabilities,
    SpeechRefused,
    Transcript,
    transcript_from_words,
)
from colloquy.providers.speech.voice import VoiceActivity, find_voice, read_samples


class FakeSpeech:
    """Deterministic: the same audio and settings give the same transcript; silence gives no words.

    `says` is spoken evenly over the voice found. `fails` is raised by every call instead. `heard` lists
    the files it was given.
    """

    name = "fake:script"

    def __init__(
        self,
        says: str = "I measured the problem, changed one thing and wrote down what happened.",
        *,
        confidence: float | None = 0.9,
        languages: frozenset[str] | None = frozenset({"en", "ru"}),
        fails: Exception | None = None,
    ) -> None:
        self.says = says
        self.confidence = confidence
        self.fails = fails
        self.heard: list[Path] = []
        self.capabilities = SpeechCapabilities(
            languages=languages, word_times=True, confidence=True, low_accuracy=False, local=True
        )

    async def transcribe(self, audio: Path, *, language: str) -> Transcript:
        """See `SpeechToText`."""
        self.heard.append(audio)
        if self.fails is not None:
            raise self.fails
        if self.capabilities.languages is not None and language not in self.capabilities.languages:
            raise SpeechRefused("language_not_supported", f"The fake does not speak “{language}”.")
        activity = find_voice(await asyncio.to_thread(read_samples, audio))
        return transcript_from_words(
            self._spread(activity),
            language=language,
            recogniser=self.name,
            speech_seconds=activity.speech_seconds,
            audio_seconds=activity.audio_seconds,
            low_accuracy=False,
        )

    def _spread(self, activity: VoiceActivity) -> list[HeardWord]:
        words = self.says.split()
        if not activity.spans or not words:
            return []
        first, last = activity.spans[0].start, activity.spans[-1].end
        step = (last - first) / len(words)
        return [
            HeardWord(word, round(first + n * step, 3), round(first + (n + 1) * step, 3), self.confidence)
            for n, word in enumerate(words)
        ]


class FakeLiveSpeech:
    """Deterministic: one word of `says` for every 0.3 s that is not silence, final once all are said.

    `fails` is raised by every feed instead. `open_now` counts the streams that are open.
    """

    name = "fake:script"

    def __init__(self, says: str = "I measured the problem.", *, fails: Exception | None = None) -> None:
        self.says = says
        self.fails = fails
        self.languages = frozenset({"en"})
        self.open_now = 0

    @asynccontextmanager
    async def open(self, language: str) -> AsyncIterator[_FakeStream]:
        """See `LiveSpeech`."""
        if language not in self.languages:
            raise SpeechRefused("language_not_supported", f"The fake does not listen to “{language}”.")
        self.open_now += 1
        try:
            yield _FakeStream(self.says, self.fails)
        finally:
            self.open_now -= 1


class _FakeStream:
    _WORD_BYTES = 9_600

    def __init__(self, says: str, fails: Exception | None) -> None:
        self._words, self._fails = says.split(), fails
        self._heard = self._said = 0
        self._captions: asyncio.Queue[Caption | None] = asyncio.Queue()

    async def feed(self, pcm: bytes) -> None:
        if self._fails is not None:
            raise self._fails
        if not any(pcm):
            return
        self._heard += len(pcm)
        while self._said < min(len(self._words), self._heard // self._WORD_BYTES):
            self._said += 1
            final = self._said == len(self._words)
            self._captions.put_nowait(Caption(" ".join(self._words[: self._said]), final))

    async def finish(self) -> None:
        if 0 < self._said < len(self._words):
            self._captions.put_nowait(Caption(" ".join(self._words[: self._said]), final=True))
        self._captions.put_nowait(None)

    async def captions(self) -> AsyncIterator[Caption]:
        while (caption := await self._captions.get()) is not None:
            yield caption
