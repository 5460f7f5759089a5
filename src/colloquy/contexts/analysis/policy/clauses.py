"""Cuts an answer into sentences and clauses, with or without punctuation.

Typed text has full stops. Recognised speech often has none, so a pause between two timed words ends a sentence too, and
a run of words without any mark is cut before a conjunction or after so many words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from colloquy.contexts.analysis.policy.tokens import Token, tokens_of, word_list
from colloquy.contexts.analysis.policy.values import AnswerText, TimedWord

PAUSE_SECONDS: Final = 0.7
"""A silence this long ends a sentence. Pauses inside a phrase of fluent speech are mostly under half a second."""

_SHORTEST_CLAUSE: Final = 4
_LONGEST_CLAUSE: Final = 22
_LONG_ENOUGH: Final = 10
"""Words after which the subject of a new clause (I, she, we) ends the one before, as recognised speech has no commas.
"""
_FULL_STOP: Final = re.compile(r"[.!?…;。]|\n")
_COMMA: Final = re.compile(r"[,:()—–]|\s-\s")


@dataclass(frozen=True, slots=True)
class Clause:
    """The tokens [first, last) of one clause, and the number of the sentence it belongs to."""

    first: int
    last: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer cut up: the original text, its tokens, and its clauses in order."""

    text: str
    tokens: tuple[Token, ...]
    clauses: tuple[Clause, ...]

    stems: tuple[tuple[str, ...], ...]
    """The stems of each clause's words, for every family of words is looked for in them."""

    def tokens_in(self, clause: Clause) -> tuple[Token, ...]:
        return self.tokens[clause.first : clause.last]


def read(answer: AnswerText) -> Reading:
    """Cut an answer up. Any text is accepted; text without a single word has no clauses."""
    tokens = tokens_of(answer.text)
    ends = _sentence_ends(answer.text, tokens, answer.words)
    clauses: list[Clause] = []
    first = 0
    for number, last in enumerate(ends):
        clauses += _clauses(answer.text, tokens, first, last, number)
        first = last
    stems = tuple(tuple(token.stem for token in tokens[clause.first : clause.last]) for clause in clauses)
    return Reading(answer.text, tokens, tuple(clauses), stems)


def _sentence_ends(text: str, tokens: tuple[Token, ...], words: tuple[TimedWord, ...]) -> list[int]:
    times = _token_times(tokens, words)
    ends: list[int] = []
    for index in range(1, len(tokens)):
        before, after = tokens[index - 1], tokens[index]
        stopped = _stops(text[before.end : after.start], before)
        said, next_said = times[index - 1], times[index]
        paused = said is not None and next_said is not None and next_said.start - said.end >= PAUSE_SECONDS
        if stopped or paused:
            ends.append(index)
    return [*ends, len(tokens)] if tokens else []


def _stops(gap: str, before: Token) -> bool:
    mark = _FULL_STOP.search(gap)
    if mark is None:
        return False
    return mark.group() != "." or before.norm not in word_list("abbreviations")


def _token_times(tokens: tuple[Token, ...], words: tuple[TimedWord, ...]) -> list[TimedWord | None]:
    """The timed word each token lies in, if any."""
    ordered = sorted(words, key=lambda word: word.start_char)
    starts = [word.start_char for word in ordered]
    found: list[TimedWord | None] = []
    for token in tokens:
        at = bisect_right(starts, token.start) - 1
        found.append(ordered[at] if at >= 0 and ordered[at].end_char > token.start else None)
    return found


def _clauses(text: str, tokens: tuple[Token, ...], first: int, last: int, sentence: int) -> list[Clause]:
    clauses: list[Clause] = []
    begun = first
    for index in range(first + 1, last):
        length = index - begun
        subject = length >= _LONG_ENOUGH and tokens[index].norm.split("'")[0] in word_list("subjects")
        at_joint = (
            subject
            or _COMMA.search(text[tokens[index - 1].end : tokens[index].start])
            or tokens[index].norm in word_list("joints")
        )
        roomy = length >= _SHORTEST_CLAUSE and last - index >= _SHORTEST_CLAUSE
        if (at_joint and roomy) or length >= _LONGEST_CLAUSE:
            clauses.append(Clause(begun, index, sentence))
            begun = index
    return [*clauses, Clause(begun, last, sentence)]
