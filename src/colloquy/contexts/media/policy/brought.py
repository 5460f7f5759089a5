"""Captions that a candidate brings, read into a transcript: WebVTT, SubRip, or plain text.

What the candidate wrote is what the candidate said: no recogniser, no doubt about the words. Times come from the cues;
within a cue, and in plain text, they are spread by length, which is near enough to find a place in a recording.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _
from colloquy.providers.speech.port import HeardWord, Transcript, transcript_from_words

CaptionFormat = Literal["vtt", "srt", "txt"]
RECOGNISER = "captions:candidate"
MOST_CHARACTERS = 100_000
"""Two hours of fast speech are 80,000."""

SLACK_SECONDS = 3.0
"""How far captions may run past the end of the recording: players round, and people stop late."""

WORDS_PER_SECOND = 2.5
"""Unhurried speech, 150 words a minute. Only for plain text before the recording's length is known."""

_TIMES = re.compile(
    r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)[.,](\d{3})\s+-->\s+(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)[.,](\d{3})(?:\s.*)?"
)
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]*>|\{\\[^}]*\}")
_TOKEN = re.compile(r"(\W*)(\w(?:.*\w)?)(\W*)", re.DOTALL)
_NO_CUES = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float
    end: float
    text: str


def transcript_of(text: str, form: CaptionFormat, *, language: str, seconds: float | None) -> Transcript:
    """The transcript that these captions are. `seconds` is the recording's length, if it is known yet.

    Malformed, with what is wrong and where, for what is no captions file, has no words, or runs past the end.
    """
    if len(text) > MOST_CHARACTERS:
        raise _wrong(_("The captions are longer than any answer: at most 100,000 characters are possible."))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    cues = [_whole(text, seconds)] if form == "txt" else list(_cues(text, form))
    heard = list(_heard(cues))
    if not heard:
        raise _wrong(_("There are no words in these captions. Write what you say in the recording."))
    last = max(cue.end for cue in cues)
    if seconds is not None and last > seconds + SLACK_SECONDS:
        raise _wrong(
            _(
                "The captions end at %(end)s, but the recording is %(length)s long. Send the captions "
                "of this recording.",
                end=_clock(last),
                length=_clock(seconds),
            )
        )
    return transcript_from_words(
        heard,
        language=language,
        recogniser=RECOGNISER,
        speech_seconds=round(sum(cue.end - cue.start for cue in cues), 3),
        audio_seconds=round(last if seconds is None else seconds, 3),
        low_accuracy=False,
    )


def _whole(text: str, seconds: float | None) -> _Cue:
    return _Cue(0.0, seconds or len(text.split()) / WORDS_PER_SECOND, text)


def _cues(text: str, form: CaptionFormat) -> Iterator[_Cue]:
    """The cues in order. A block without a line of times is refused, unless it is a comment or the file's header."""
    if form == "vtt" and not re.match(r"WEBVTT(?:[ \t\n]|$)", text):
        raise _wrong(_("A WebVTT file begins with the word WEBVTT. Add it as the first line, or send the text as SRT."))
    began = 0.0
    for first_line, lines in _blocks(text):
        if form == "vtt" and lines[0].startswith(("WEBVTT", *_NO_CUES)):
            continue
        at = 0 if "-->" in lines[0] else 1
        times = _TIMES.fullmatch(lines[at]) if at < len(lines) else None
        if times is None:
            raise _wrong(_("Line %(number)s should give times, like 00:00:01.000 --> 00:00:04.000.", number=first_line))
        start, end = _seconds(*times.groups()[:4]), _seconds(*times.groups()[4:])
        if end <= start:
            raise _wrong(_("The caption at line %(number)s ends before it begins.", number=first_line))
        if start < began:
            raise _wrong(_("The caption at line %(number)s begins before the one above it.", number=first_line))
        began = start
        words = _TAG.sub("", " ".join(lines[at + 1 :]))
        yield _Cue(start, end, html.unescape(words) if form == "vtt" else words)


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that stand together, with the number of the first; blank lines are between them."""
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            block.append(line.strip())
        elif block:
            yield number - len(block), block
            block = []


def _heard(cues: list[_Cue]) -> Iterator[HeardWord]:
    """Words with the punctuation around them; what has no letter belongs to the word before."""
    latest = 0.0
    pending: HeardWord | None = None
    for cue in cues:
        tokens = cue.text.split()
        length, done = sum(len(token) for token in tokens), 0
        for token in tokens:
            begins = cue.start + (cue.end - cue.start) * done / length
            done += len(token)
            ends = cue.start + (cue.end - cue.start) * done / length
            parts = _TOKEN.fullmatch(token)
            if parts is None:
                if pending is not None:
                    pending = _longer(pending, f" {token}")
                continue
            if pending is not None:
                yield pending
            latest = max(latest, round(begins, 3))
            pending = HeardWord(parts[2], latest, max(latest, round(ends, 3)), None, lead=f" {parts[1]}", tail=parts[3])
    if pending is not None:
        yield pending


def _longer(word: HeardWord, tail: str) -> HeardWord:
    return HeardWord(word.text, word.start, word.end, word.confidence, word.lead, word.tail + tail)


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1000


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _wrong(message: str) -> Malformed:
    return Malformed(message, fields={"text": message})
