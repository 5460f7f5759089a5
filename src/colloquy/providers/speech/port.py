"""Speech to text: what a recogniser is, what it returns, and how it may fail.

A transcript is evidence: a score quotes it by character offsets and the player jumps to its times. So every
transcript is built by one of the two constructors here, which keep text, words and offsets consistent.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from colloquy.kit.errors import Transient


class SpeechRefused(Exception):  # noqa: N818 - an answer about this audio, not a fault of the program
    """The audio, language or key will be refused every time; asking again does not help.

    `code` is stable and snake_case; `message` says what a person can do about it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class SpeechUnavailable(Transient):
    """The recogniser did not answer as it should; the same call may succeed later."""


@dataclass(frozen=True, slots=True)
class Word:
    """A heard word. `start` and `end` are seconds; `start_char` and `end_char` are half-open offsets into
    the transcript's text; `confidence` is 0..1, or None when the recogniser does not say.
    """

    text: str
    start: float
    end: float
    confidence: float | None
    start_char: int
    end_char: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard. For every word, `text[word.start_char:word.end_char] == word.text`.

    `recogniser` is "vendor:model"; `speech_seconds` is the voice found in the audio, whatever the
    recogniser made of it; `low_accuracy` is carried to every screen that shows the text.
    """

    text: str
    words: tuple[Word, ...]
    language: str
    recogniser: str
    confidence: float | None
    speech_seconds: float
    audio_seconds: float
    low_accuracy: bool


@dataclass(frozen=True, slots=True)
class SpeechCapabilities:
    """What a recogniser can do. `languages` None means many; `local` means the audio stays on this machine;
    `live` means that there is a `LiveSpeech` of the same kind.
    """

    languages: frozenset[str] | None
    word_times: bool
    confidence: bool
    low_accuracy: bool
    local: bool
    live: bool = False


class SpeechToText(Protocol):
    """A recogniser. `name` is "vendor:model", for example "pocketsphinx:en-us"."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> SpeechCapabilities: ...

    async def transcribe(self, audio: Path, *, language: str) -> Transcript:
        """The transcript of a 16 kHz mono 16-bit WAV, spoken in `language` (ISO 639-1, "en").

        Raises `SpeechRefused` when it never will and `SpeechUnavailable` when it may later.
        """
        ...


@dataclass(frozen=True, slots=True)
class Caption:
    """What somebody is saying: the words of the breath under way, each caption in place of the one before it.

    After a `final` one a new breath begins. A final text may be empty: what was heard turned out to be no words.
    """

    text: str
    final: bool


class CaptionStream(Protocol):
    """A microphone that is being listened to."""

    async def feed(self, pcm: bytes) -> None:
        """Takes more sound: 16 kHz mono, signed 16-bit little-endian. Raises `SpeechUnavailable`."""
        ...

    async def finish(self) -> None:
        """There is no more sound: the last caption becomes final, and `captions` ends."""
        ...

    def captions(self) -> AsyncIterator[Caption]:
        """What is heard, as it is heard; to be iterated once. Raises `SpeechUnavailable`."""
        ...


class LiveSpeech(Protocol):
    """A recogniser that listens to somebody who is still speaking. Always on this machine: no voice leaves it."""

    @property
    def name(self) -> str: ...

    @property
    def languages(self) -> frozenset[str]: ...

    def open(self, language: str) -> AbstractAsyncContextManager[CaptionStream]:
        """A stream for one speaker; everything it takes is given back when the block ends.

        Raises `SpeechRefused` for a language it does not know and `SpeechUnavailable` when it cannot begin.
        """
        ...


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word on its way into a transcript: `lead` stands before it (dropped at the very beginning of the
    text), `tail` after it, and neither belongs to the word.
    """

    text: str
    start: float
    end: float
    confidence: float | None = None
    lead: str = " "
    tail: str = ""


def transcript_from_words(
    heard: Sequence[HeardWord],
    *,
    language: str,
    recogniser: str,
    speech_seconds: float,
    audio_seconds: float,
    low_accuracy: bool,
    confidence: float | None = None,
) -> Transcript:
    """The transcript whose text is these words with their leads and tails.

    `confidence` defaults to the mean of the words that have one. Raises ValueError when a time or a
    confidence is not a number in its range, a word is empty, or words run backwards.
    """
    words, pieces, length = [], [], 0
    for position, word in enumerate(heard):
        lead = word.lead if position else ""
        start_char = length + len(lead)
        end_char = start_char + len(word.text)
        pieces.append(f"{lead}{word.text}{word.tail}")
        length = end_char + len(word.tail)
        words.append(Word(word.text, word.start, word.end, word.confidence, start_char, end_char))
    transcript = Transcript(
        text="".join(pieces),
        words=tuple(words),
        language=language,
        recogniser=recogniser,
        confidence=_mean_confidence(words) if confidence is None else confidence,
        speech_seconds=speech_seconds,
        audio_seconds=audio_seconds,
        low_accuracy=low_accuracy,
    )
    check_transcript(transcript)
    return transcript


def place_words(text: str, heard: Sequence[HeardWord]) -> list[HeardWord] | None:
    """The words with the leads and tails that rebuild `text`, for recognisers that return both apart.

    Words are looked for in order, ignoring case, and take the spelling of the text. None when they do
    not belong to this text: a word is missing, or letters or digits of the text belong to no word.
    """
    placed: list[HeardWord] = []
    lowered, cursor = text.lower(), 0
    if len(lowered) != len(text):  # a few letters change length in lower case; offsets would be wrong
        lowered = text
    for word in heard:
        start = lowered.find(word.text.lower(), cursor)
        if start < 0 or _has_letters(text[cursor:start]):
            return None
        end = start + len(word.text)
        placed.append(HeardWord(text[start:end], word.start, word.end, word.confidence, lead=text[cursor:start]))
        cursor = end
    if _has_letters(text[cursor:]):
        return None
    if placed:
        last = placed.pop()
        tail = text[cursor:].rstrip()
        placed.append(HeardWord(last.text, last.start, last.end, last.confidence, last.lead, tail))
    return placed


def check_transcript(transcript: Transcript) -> None:
    """Raises ValueError unless every promise of `Transcript` and `Word` holds."""
    previous_start, previous_char = 0.0, 0
    for word in transcript.words:
        if not word.text.strip() or transcript.text[word.start_char : word.end_char] != word.text:
            raise ValueError("a word does not stand at its place in the text")
        if not (math.isfinite(word.start) and math.isfinite(word.end) and 0 <= word.start <= word.end):
            raise ValueError("a word's times are not seconds")
        if word.start < previous_start or word.start_char < previous_char:
            raise ValueError("the words are out of order")
        _check_confidence(word.confidence)
        previous_start, previous_char = word.start, word.end_char
    _check_confidence(transcript.confidence)
    for seconds in (transcript.speech_seconds, transcript.audio_seconds):
        if not math.isfinite(seconds) or seconds < 0:
            raise ValueError("a duration is not a number of seconds")


def to_json(transcript: Transcript) -> dict[str, Any]:
    """The transcript as plain JSON values; the shape users see in the API and in exports."""
    return asdict(transcript) | {"words": [asdict(word) for word in transcript.words]}


def from_json(document: dict[str, Any]) -> Transcript:
    """The transcript that `to_json` wrote. Raises ValueError for anything else."""
    try:
        words = tuple(Word(**word) for word in document["words"])
        transcript = Transcript(**{**document, "words": words})
        check_transcript(transcript)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("this is not a transcript") from error
    return transcript


def transcript_hash(transcript: Transcript) -> str:
    """Lower-case hex SHA-256 of what a score depends on: text, words, language and recogniser."""
    document = to_json(transcript)
    content = {key: document[key] for key in ("text", "words", "language", "recogniser")}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _mean_confidence(words: Sequence[Word]) -> float | None:
    known = [word.confidence for word in words if word.confidence is not None]
    return round(sum(known) / len(known), 4) if known else None


def _check_confidence(confidence: float | None) -> None:
    if confidence is not None and not 0 <= confidence <= 1:  # NaN fails both comparisons
        raise ValueError("a confidence is not between 0 and 1")


def _has_letters(text: str) -> bool:
    return any(character.isalnum() for character in text)
