"""How a candidate's message is to be taken: an answer, a question back, no answer, or an attempt to steer the program.

The expressions are in `moves_reading.json`, English and Russian together, so that both may be mixed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

from colloquy.contexts.conversations.policy.lacks import words_of


class Reading(StrEnum):
    """NOTHING is "I don't know", a refusal, silence; SKIP asks to go on; DEFLECTED tries to steer the interviewer."""

    ANSWER = "answer"
    SHORT = "short"
    NOTHING = "nothing"
    SKIP = "skip"
    REPEAT = "repeat"
    REPHRASE = "rephrase"
    TIME = "time"
    WHO = "who"
    OTHER = "other"
    DEFLECTED = "deflected"


QUESTIONS: Final = frozenset({Reading.REPEAT, Reading.REPHRASE, Reading.TIME, Reading.WHO, Reading.OTHER})


@dataclass(frozen=True, slots=True)
class Read:
    """What a message is, and its words that count as an answer: without sentences spoken to the program."""

    reading: Reading
    answer: str


VERY_SHORT: Final = 4
"""Words. Fewer are no answer to an open question, though they may well answer a follow-up ("About forty percent")."""
_LONGEST_QUESTION: Final = 25
"""Words. A longer message with a question mark in it is an answer that wonders about something."""
_LONGEST_READ: Final = 20_000
"""Characters: more than anybody says in a turn. What follows is kept for people, and does not steer the plan."""
_SHORT_REQUEST: Final = 10
"""Words: "please repeat the question", without a question mark."""
_STILL_AN_ANSWER: Final = 8
"""Words left beside sentences spoken to the program, for the message to count as an answer."""

_BACK: Final = (Reading.REPEAT, Reading.REPHRASE, Reading.TIME, Reading.WHO)
_SENTENCE: Final = re.compile(r"[^.!?…\n]+[.!?…\n]*")
_NOTHING_WORDS: Final = 14
"""Words. "I don't know the exact cause, but …" in a longer message is an answer."""


def read(text: str) -> Read:
    """What a message is, whatever language it is in. Never raises; takes time linear in the text."""
    kept = [s for s in _SENTENCE.findall(text[:_LONGEST_READ]) if not _expression("steering").search(s)]
    steered = _expression("steering").search(text[:_LONGEST_READ]) is not None
    answer = "".join(kept).strip() if steered else text.strip()
    count = len(words_of(answer))
    if steered and count < _STILL_AN_ANSWER:
        return Read(Reading.DEFLECTED, "")
    return Read(_reading(answer, count), answer)


def _reading(text: str, count: int) -> Reading:
    if count == 0:
        return Reading.NOTHING
    if _expression("skip").search(text):
        return Reading.SKIP
    if count <= _LONGEST_QUESTION:
        for reading in _BACK:
            if _expression(reading.value).search(text) and _asks(text, count):
                return reading
    if count <= _NOTHING_WORDS and _expression("nothing").search(text):
        return Reading.NOTHING
    if text.rstrip(" \n»”\"')").endswith("?") and count <= _LONGEST_QUESTION:
        return Reading.OTHER
    return Reading.SHORT if count < VERY_SHORT else Reading.ANSWER


def _asks(text: str, count: int) -> bool:
    """Whether words that people use to ask back are really a question, not part of a story."""
    return "?" in text or count <= _SHORT_REQUEST


@cache
def _expression(name: str) -> re.Pattern[str]:
    """All expressions of a list as one."""
    lists = json.loads(files(__package__).joinpath("moves_reading.json").read_text("utf-8"))
    either = "|".join(lists[name]).replace("{imperative}", lists["imperative"][0])
    return re.compile(either, re.IGNORECASE | re.MULTILINE)
