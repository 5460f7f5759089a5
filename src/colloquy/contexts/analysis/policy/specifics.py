"""Figures, names and terms of a trade: what a person who was there can give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from colloquy.contexts.analysis.policy import lexicon
from colloquy.contexts.analysis.policy.clauses import Reading
from colloquy.contexts.analysis.policy.tokens import Token, stem, word_list

_YEARS: Final = range(1950, 2100)
_REACH: Final = 2
_CAPITAL: Final = re.compile(r"[A-ZА-ЯЁ]\w+")
_MARKED: Final = re.compile(r"[a-z]+\d+\w*|\w+(?:\+\+|#)")
_GRADES: Final = ("level", "score", "rate", "rating", "mark", "grade", "уровень", "балл", "оценка", "поставить")


def figures(tokens: Sequence[Token]) -> frozenset[int]:
    """Where in a clause numbers measure something: 40 %, three weeks, 2,000 users. Not years, not marks."""
    return frozenset(at for at in range(len(tokens)) if _measures(tokens, at))


@cache
def _grade_stems() -> frozenset[str]:
    return frozenset(map(stem, _GRADES))


def _measures(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    following = tokens[at + 1 : at + 1 + _REACH]
    if any(near.stem in _grade_stems() for near in tokens[max(0, at - 2) : at]):
        return False
    if token.norm.endswith("%"):
        return True
    if token.norm[0].isdigit():
        is_year = token.norm.isdigit() and len(token.norm) == len("2024") and int(token.norm) in _YEARS
        return not is_year and any(near.content for near in following)
    if token.norm not in word_list("numbers"):
        return False
    return any(near.norm in word_list("units") or near.norm in word_list("numbers") for near in following)


def terms(tokens: Sequence[Token]) -> frozenset[tuple[str, ...]]:
    """The distinct terms of a trade in a clause, as stems: known ones and such as are written like one (C++, k8s)."""
    known = {hit.phrase for hit in lexicon.find(lexicon.family("technology"), [token.stem for token in tokens])}
    return frozenset(known | {(token.stem,) for token in tokens if _MARKED.fullmatch(token.norm)})


def names(reading: Reading) -> dict[int, str]:
    """Token number to stem of words written with a capital inside a sentence, and of Latin words in a Russian answer.

    Recognised speech often has no capitals; such an answer simply has no names, which costs it nothing (see levels).
    """
    found: dict[int, str] = {}
    russian = _is_russian(reading)
    openings = {clause.first for clause in reading.clauses}
    shouted = _is_shouted(reading)
    for at, token in enumerate(reading.tokens):
        written = reading.text[token.start : token.end]
        capital = bool(_CAPITAL.match(written)) and at not in openings and not shouted
        foreign = russian and written.isascii() and written.isalpha()
        if token.content and (capital or foreign):
            found[at] = token.stem
    return found


def _is_russian(reading: Reading) -> bool:
    cyrillic = sum("а" <= token.norm[0] <= "я" for token in reading.tokens)
    return cyrillic * 2 > len(reading.tokens)


def _is_shouted(reading: Reading) -> bool:
    """Whether the answer is written in capitals or with a capital on every word, so that capitals mean nothing."""
    capitals = sum(reading.text[token.start].isupper() for token in reading.tokens)
    return capitals * 3 > len(reading.tokens)
