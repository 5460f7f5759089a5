"""A recogniser for tests: it "hears" a given text, spread over the voice that is really in the audio."""

from __future__ import annotations

import asyncio
from pathlib import Path

from colloquy.providers.speech.port import (
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
