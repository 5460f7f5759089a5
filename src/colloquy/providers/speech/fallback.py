"""A recogniser that needs something fetched, with one behind it that needs nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from colloquy.providers.speech.faster_whisper import ModelMissing
from colloquy.providers.speech.port import SpeechCapabilities, SpeechToText, Transcript

_ASK_AGAIN_SECONDS = 900.0  # a machine without a network should not wait for one at every recording


class UntilModelArrives:
    """Uses `first` once its model is there and `second` until then.

    Only a missing model moves work over. When a good recogniser is merely busy, waiting is better than a
    worse transcript that would be kept for ever, so its other failures pass through.
    """

    def __init__(
        self, first: SpeechToText, second: SpeechToText, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._first = first
        self._second = second
        self._clock = clock
        self._ask_again_at = -float("inf")

    @property
    def name(self) -> str:
        """The recogniser in use just now."""
        return self._current.name

    @property
    def capabilities(self) -> SpeechCapabilities:
        """Those of the recogniser in use just now."""
        return self._current.capabilities

    @property
    def _current(self) -> SpeechToText:
        return self._second if self._clock() < self._ask_again_at else self._first

    async def transcribe(self, audio: Path, *, language: str) -> Transcript:
        """See `SpeechToText`; the transcript names the recogniser that made it."""
        if self._clock() >= self._ask_again_at:
            try:
                return await self._first.transcribe(audio, language=language)
            except ModelMissing:
                self._ask_again_at = self._clock() + _ASK_AGAIN_SECONDS
        return await self._second.transcribe(audio, language=language)
