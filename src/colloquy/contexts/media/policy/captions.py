"""Captions as WebVTT, cut so that they can be read: at sentences, at pauses, never longer than two lines.

The limits are those of the Netflix Timed Text guide and BBC subtitle guidelines: two lines of 42 characters,
seven seconds on screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from colloquy.providers.speech.port import Transcript, Word

LINE_CHARACTERS = 42
CUE_LINES = 2
LONGEST_CUE_SECONDS = 7.0
LEAST_CUE_SECONDS = 1.0
"""A shorter cue is held this long, as far as the next one allows: the eye needs it to find the line."""

CUE_PAUSE_SECONDS = 0.8
"""A silence after which the words on screen would be old news."""

_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: `start` and `end` in seconds, `lines` of plain text, unescaped."""

    start: float
    end: float
    lines: tuple[str, ...]


def webvtt(transcript: Transcript) -> str:
    """The transcript as a WebVTT file (W3C), ending in a newline. No words: a header and no cues."""
    blocks = ["WEBVTT"]
    for cue in cues(transcript):
        lines = "\n".join(_escape(line) for line in cue.lines)
        blocks.append(f"{_timestamp(cue.start)} --> {_timestamp(cue.end)}\n{lines}")
    return "\n\n".join(blocks) + "\n"


def cues(transcript: Transcript) -> list[Cue]:
    """The captions in order of time; none overlaps the next."""
    groups = [group for group in _groups(transcript) if group]
    starts = [group[0][0].start for group in groups]
    return [
        Cue(
            start=start,
            end=_held_until(group, following),
            lines=tuple(_lines([text for _, text in group])),
        )
        for group, start, following in zip(groups, starts, [*starts, None][1:], strict=True)
    ]


def _groups(transcript: Transcript) -> Iterator[list[tuple[Word, str]]]:
    """The words of each cue, each with its text as it is shown: with the punctuation around it."""
    group: list[tuple[Word, str]] = []
    for word, shown in zip(transcript.words, _shown(transcript), strict=True):
        if group and not _fits(group, word, shown):
            yield group
            group = []
        group.append((word, shown))
    yield group


def _shown(transcript: Transcript) -> list[str]:
    """For each word what is shown of it: the word, the punctuation that touches it, and one space before it
    where the text has white space. Dashes that stand alone go with the word before them.
    """
    shown = []
    words = transcript.words
    for position, word in enumerate(words):
        before = transcript.text[words[position - 1].end_char if position else 0 : word.start_char]
        until = words[position + 1].start_char if position + 1 < len(words) else len(transcript.text)
        after = transcript.text[word.end_char : until]
        opening = before[len(before.rstrip()) :] if before.isspace() else before.rpartition(" ")[2]
        closing = after.rpartition(" ")[0] if " " in after and position + 1 < len(words) else after
        glued = position > 0 and not any(character.isspace() for character in before)
        piece = f"{'' if glued else opening}{word.text}{closing}".split()
        shown.append(("" if glued or not position else " ") + " ".join(piece))
    return shown


def _fits(group: Sequence[tuple[Word, str]], word: Word, shown: str) -> bool:
    first, (last, last_shown) = group[0][0], group[-1]
    return not (
        last_shown.rstrip("\"'»”’)").endswith(_SENTENCE_ENDS)
        or word.start - last.end >= CUE_PAUSE_SECONDS
        or word.end - first.start > LONGEST_CUE_SECONDS
        or len(_lines([*(text for _, text in group), shown])) > CUE_LINES
    )


def _lines(texts: Sequence[str]) -> list[str]:
    """The words filled into lines. A word longer than a line, an address for instance, is cut."""
    lines: list[str] = []
    for text in texts:
        if lines and len(lines[-1]) + len(text) <= LINE_CHARACTERS:
            lines[-1] += text
            continue
        rest = text.lstrip()
        while rest:
            lines.append(rest[:LINE_CHARACTERS])
            rest = rest[LINE_CHARACTERS:]
    return lines


def _held_until(group: Sequence[tuple[Word, str]], following: float | None) -> float:
    start = group[0][0].start
    end = min(max(group[-1][0].end, start + LEAST_CUE_SECONDS), start + LONGEST_CUE_SECONDS)
    if following is not None:
        end = min(end, following)
    # WebVTT wants an end after the start; recognisers give some words no time at all.
    return max(end, start + 0.001)


def _escape(text: str) -> str:
    """Escapes what WebVTT would read as markup; ">" too, so that no text can form "-->"."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _timestamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{milliseconds // 1000:02d}.{milliseconds % 1000:03d}"
