"""Whisper on this machine through faster-whisper (CTranslate2, 8-bit weights).

The package is an extra (`pip install colloquy[whisper]`) and its model 75 MB to 3 GB. Neither is touched
before the first recording: start-up never waits for a disk or a download.
"""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colloquy.providers.speech.port import (
    HeardWord,
    SpeechCapabilities,
    SpeechRefused,
    SpeechUnavailable,
    Transcript,
    transcript_from_words,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SURELY_ANOTHER_LANGUAGE = 0.8
"""Whisper told to hear English translates Russian into English, and nobody would notice. So it is asked what
it hears first, and believed only when sure: it takes strong accents for other languages at lower values."""

_SILENCE_THAT_INVENTS = 2.0  # seconds; faster-whisper's own advice for `hallucination_silence_threshold`


class ModelMissing(SpeechUnavailable):
    """The model is neither on the disk nor could it be fetched. Another recogniser can do the work."""


class FasterWhisper:
    """`model` is a name ("base", "small.en") or a directory with a converted model (`model.bin` inside).

    Named models are kept in `models`, and fetched there on first use if `may_fetch`. `load` replaces the
    loading of the model in tests.
    """

    def __init__(
        self,
        model: str,
        *,
        models: Path,
        may_fetch: bool = True,
        load: Callable[[str, Path, bool], Any] | None = None,
    ) -> None:
        shown = Path(model).name
        self.name = f"faster-whisper:{shown}"
        self.capabilities = SpeechCapabilities(
            languages=frozenset({"en"}) if shown.endswith(".en") else None,
            word_times=True,
            confidence=True,
            low_accuracy=False,
            local=True,
        )
        self._model = model
        self._models = models
        self._may_fetch = may_fetch
        self._load = load or load_model
        self._loaded: Any = None
        self._one_at_a_time = asyncio.Lock()  # loading twice would double the memory, and decoding uses all cores

    async def transcribe(self, audio: Path, *, language: str) -> Transcript:
        """See `SpeechToText`. Raises `ModelMissing` when there is no model to work with.

        `language` in the transcript is what was heard, when that is surely not what was asked for.
        """
        if self.capabilities.languages is not None and language not in self.capabilities.languages:
            raise SpeechRefused(
                "language_not_supported",
                f"The model “{self._model}” knows English only. Choose one without “.en” for “{language}”.",
            )
        from colloquy.providers.speech.voice import find_voice, read_samples  # numpy: not while starting

        samples = await asyncio.to_thread(read_samples, audio)
        activity = await asyncio.to_thread(find_voice, samples)
        heard: list[HeardWord] = []
        spoken = language
        if activity.spans:  # what Whisper writes about silence is invented
            async with self._one_at_a_time:
                if self._loaded is None:
                    self._loaded = await asyncio.to_thread(self._load_model)
                heard, spoken = await _in_thread(self._loaded, samples, language)
        try:
            return transcript_from_words(
                heard,
                language=spoken,
                recogniser=self.name,
                speech_seconds=round(activity.speech_seconds, 3),
                audio_seconds=round(activity.audio_seconds, 3),
                low_accuracy=False,
            )
        except ValueError as error:
            raise SpeechUnavailable(f"Whisper's answer cannot be used: {error}.") from error

    def _load_model(self) -> Any:
        try:
            return self._load(self._model, self._models, self._may_fetch)
        except Exception as error:  # the hub, the disk and CTranslate2 each fail in ways of their own
            raise ModelMissing(
                f"The Whisper model “{self._model}” cannot be loaded ({type(error).__name__}). "
                f"Put it into {self._models} or allow it to be downloaded."
            ) from error


def load_model(model: str, models: Path, may_fetch: bool) -> Any:
    """A `faster_whisper.WhisperModel`, on the GPU where there is one. Blocks; may download."""
    from faster_whisper import WhisperModel

    return WhisperModel(
        model, device="auto", compute_type="int8", download_root=str(models), local_files_only=not may_fetch
    )


def model_is_here(model: str, models: Path) -> bool:
    """Whether the model can be loaded without a download. Looks at file names only."""
    if (Path(model) / "model.bin").is_file():
        return True
    return any(models.glob(f"models--*{model.replace('/', '--')}/snapshots/*/model.bin"))


async def _in_thread(model: Any, samples: NDArray[np.int16], language: str) -> tuple[list[HeardWord], str]:
    """Decodes in a thread; cancelling stops it at the end of the current 30-second window."""
    stop = threading.Event()
    try:
        return await asyncio.to_thread(_decode, model, samples, language, stop)
    finally:
        stop.set()


def _decode(
    model: Any, samples: NDArray[np.int16], language: str, stop: threading.Event
) -> tuple[list[HeardWord], str]:
    import numpy as np

    audio = samples.astype(np.float32) / np.float32(32_768)
    spoken = _spoken_language(model, audio, language)
    try:
        segments, _ = model.transcribe(
            audio,
            language=spoken,
            beam_size=1,  # greedy: a third of the time, and the words of clear speech are the same
            word_timestamps=True,
            condition_on_previous_text=False,  # an error would otherwise repeat itself to the end
            hallucination_silence_threshold=_SILENCE_THAT_INVENTS,
        )
    except ValueError as error:
        raise SpeechRefused("language_not_supported", f"Whisper does not know “{language}”.") from error
    return _words(segments, stop, len(samples) / 16_000), spoken


def _spoken_language(model: Any, audio: NDArray[np.float32], language: str) -> str:
    if not model.model.is_multilingual:
        return language
    detected, probability, _ = model.detect_language(audio)
    return str(detected) if probability >= _SURELY_ANOTHER_LANGUAGE else language


def _words(segments: Iterable[Any], stop: threading.Event, audio_seconds: float) -> list[HeardWord]:
    heard: list[HeardWord] = []
    latest = 0.0
    for segment in segments:  # a generator: the decoding happens here
        if stop.is_set():
            break
        for word in segment.words or ():
            text = word.word.strip()
            if not text or not (math.isfinite(word.start) and math.isfinite(word.end)):
                continue
            # Whisper's attention puts a word a few hundredths before its neighbour now and then.
            start = min(max(float(word.start), latest), audio_seconds)
            end = min(max(float(word.end), start), audio_seconds)
            latest = start
            # A token that starts without a space continues the text, as in Chinese or “don” + “'t”.
            lead = " " if word.word[:1].isspace() else ""
            confidence = min(1.0, max(0.0, float(word.probability)))
            heard.append(HeardWord(text, round(start, 3), round(end, 3), round(confidence, 4), lead))
    return heard
