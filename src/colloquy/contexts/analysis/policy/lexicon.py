"""Families of words and phrases by which the rules recognise what a clause does.

The families are data (families.json, signals.json): a phrase is compared stem by stem, so one form of a word stands for
all. Each family holds both languages, because people mix them: "мы сделали rollback".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from colloquy.contexts.analysis.policy.tokens import read_json, stems


@dataclass(frozen=True, slots=True)
class Family:
    """Phrases as tuples of stems, by their first stem, the longest first."""

    phrases: dict[str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found at token number `at`."""

    at: int
    phrase: tuple[str, ...]


def family_of(phrases: Iterable[str]) -> Family:
    """A family made of the given phrases in any language."""
    by_first: dict[str, set[tuple[str, ...]]] = {}
    for phrase in phrases:
        stemmed = stems(phrase)
        if stemmed:
            by_first.setdefault(stemmed[0], set()).add(stemmed)
    return Family(
        {first: tuple(sorted(found, key=lambda p: (-len(p), p))) for first, found in by_first.items()},
    )


@cache
def family(name: str) -> Family:
    """A general family of families.json. Raises KeyError for a name that is not there."""
    return family_of(phrase for phrases in read_json("families.json")[name].values() for phrase in phrases)


@cache
def signals(key: str) -> Family | None:
    """The family that shows a ready-made competency at work, or None for a competency of the customer's own."""
    known = read_json("signals.json").get(key)
    return None if known is None else family_of(phrase for phrases in known.values() for phrase in phrases)


def find(wanted: Family, text: Sequence[str]) -> list[Hit]:
    """Every place in a sequence of stems where a phrase of the family begins, the longest phrase at each place."""
    hits: list[Hit] = []
    phrases = wanted.phrases
    if phrases.keys().isdisjoint(text):
        return hits
    for at, first in enumerate(text):
        for phrase in phrases.get(first, ()):
            if tuple(text[at : at + len(phrase)]) == phrase:
                hits.append(Hit(at, phrase))
                break
    return hits
