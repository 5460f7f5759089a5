"""How alike two stems are: the same word, a synonym, a relative, or a slip of the keyboard or the recogniser."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from colloquy.contexts.analysis.policy.tokens import normalise, read_json, stem

SYNONYM: Final = 0.85
RELATIVE: Final = 0.8
"""Less than 1, so that the expected word itself is worth most; above what a covered point needs, so
that a point told wholly in other words still counts."""

_SHORTEST_RELATIVE: Final = 4
_SHARED_PREFIX: Final = 0.75
_SHORTEST_MISSPELT: Final = 6


@lru_cache(maxsize=131_072)
def likeness(one: str, other: str) -> float:
    """Between 0 (strangers) and 1 (the same stem); symmetric."""
    if one == other:
        return 1.0
    groups = _groups()
    if groups.get(one, frozenset()) & groups.get(other, frozenset()):
        return SYNONYM
    return RELATIVE if _related(one, other) or _misspelt(one, other) else 0.0


@cache
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, words in enumerate(read_json("synonyms.json")):
        for word in words:
            found.setdefault(stem(normalise(word)), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def _related(one: str, other: str) -> bool:
    """Derivations that stemming keeps apart (decid, decis): a long common beginning."""
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= max(_SHORTEST_RELATIVE, _SHARED_PREFIX * max(len(one), len(other)))


def _misspelt(one: str, other: str) -> bool:
    """One letter changed, missing or too many in a long word."""
    if min(len(one), len(other)) < _SHORTEST_MISSPELT or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    for at, letter in enumerate(short):
        if letter != long[at]:
            skip = at + 1
            return short[at:] == long[skip:] or (len(short) == len(long) and short[skip:] == long[skip:])
    return True
