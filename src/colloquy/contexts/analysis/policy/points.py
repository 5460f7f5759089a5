"""How far an answer covers the expected points, and where.

A point is reduced to the stems of its content words. A stem is worth more when few of the question's points share it,
and a quarter when the question itself says it, so that handing the question back earns next to nothing. The point's
score is that of its best window, up to three neighbouring clauses: the words must be said together and inside
statements. A word is heard as itself, as a synonym, or, where there is an embedding, as a word of near sense.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from colloquy.contexts.analysis.policy.clauses import Reading
from colloquy.contexts.analysis.policy.likeness import likeness
from colloquy.contexts.analysis.policy.meaning import akin, embedding_for_text
from colloquy.contexts.analysis.policy.statements import Statements
from colloquy.contexts.analysis.policy.tokens import content_stems, light_stems, tokens_of

COVERED: Final = 0.45
"""Share of a point's weight that must be heard in one window; people rarely use all of the expected words."""
PARTLY: Final = 0.25

_WINDOW: Final = 3
_TOGETHER: Final = 0.9
"""What every further sentence of a window costs: words said together mean more than words said in passing."""
_FROM_QUESTION: Final = 0.25
_LIGHT: Final = 0.4
"""Weight of verbs like give and find, which carry the grammar of a point more than its matter."""
_LEAST_NOVELTY: Final = 0.3


@dataclass(frozen=True, slots=True)
class Coverage:
    """One expected point: `score` 0 to 1 and the clauses [first, last) in which it was heard best."""

    point: str
    score: float
    first: int
    last: int

    @property
    def covered(self) -> bool:
        return self.score >= COVERED

    @property
    def partly(self) -> bool:
        return PARTLY <= self.score < COVERED

    @property
    def credit(self) -> float:
        """1 for a covered point, a growing share for one partly covered, 0 below that."""
        return min(1.0, self.score / COVERED) if self.score >= PARTLY else 0.0


def cover(question: str, points: tuple[str, ...], reading: Reading, said: Statements) -> tuple[Coverage, ...]:
    """The coverage of each point that has any content word, in order."""
    asked = content_stems(question)
    wanted = [(point, words_of(point)) for point in points]
    wanted = [(point, words) for point, words in wanted if words]
    spoken = _Spoken(reading, said, asked)
    every = [frozenset(words) for _, words in wanted]
    return tuple(_best_window(point, words, _weights(words, every, asked), spoken) for point, words in wanted)


@lru_cache(maxsize=1024)
def words_of(text: str) -> dict[str, str]:
    """The content words of a text by their stem, each as it was first said."""
    words: dict[str, str] = {}
    for token in tokens_of(text):
        if token.content:
            words.setdefault(token.stem, token.norm)
    return words


class _Spoken:
    """The clauses that may count, and their content words."""

    def __init__(self, reading: Reading, said: Statements, asked: frozenset[str]) -> None:
        self.said = said
        self.meanings = {i: _meaning(reading, i) for i in said.kept}
        self.sentences = [clause.sentence for clause in reading.clauses]
        tokens = (token for i in said.kept for token in reading.tokens_in(reading.clauses[i]) if token.content)
        self._words = {token.stem: token.norm for token in tokens}
        self._asked = asked

    def windows(self) -> Iterator[range]:
        """Up to three neighbouring clauses at a time that say something the question does not."""
        for size in range(1, _WINDOW + 1):
            for first in self.meanings:
                window = range(first, first + size)
                if all(i in self.meanings for i in window) and self._novelty(window) >= _LEAST_NOVELTY:
                    yield window

    def together(self, window: range) -> float:
        """What a window keeps of its score."""
        return _TOGETHER ** (self.sentences[window[-1]] - self.sentences[window[0]])

    def alike(self, point: str, wanted: dict[str, str]) -> dict[str, dict[str, float]]:
        """For each wanted stem the stems said that are alike, and how much."""
        found = {stem: {said: likeness(stem, said) for said in self._words} for stem in wanted}
        embedding = embedding_for_text(point)
        if embedding is not None and self._words:
            near = akin(embedding, tuple(wanted.values()), tuple(self._words.values())).tolist()
            for stem, row in zip(wanted, near, strict=True):
                found[stem] = {s: max(found[stem][s], value) for s, value in zip(self._words, row, strict=True)}
        return found

    def _novelty(self, window: range) -> float:
        words = frozenset[str]().union(*(self.meanings[i] for i in window))
        return len(words - self._asked) / len(words) if words else 0.0


def _meaning(reading: Reading, index: int) -> frozenset[str]:
    return frozenset(token.stem for token in reading.tokens_in(reading.clauses[index]) if token.content)


def _weights(stems: Iterable[str], points: list[frozenset[str]], asked: frozenset[str]) -> dict[str, float]:
    """Stem to weight: inverse frequency among the question's points, log(1 + N/n) / log(1 + N), less if asked."""
    weights: dict[str, float] = {}
    for stem in sorted(stems):
        rarity = math.log(1 + len(points) / sum(stem in point for point in points)) / math.log(1 + len(points))
        weights[stem] = rarity * (_FROM_QUESTION if stem in asked else _LIGHT if stem in light_stems() else 1.0)
    return weights


def _best_window(point: str, words: dict[str, str], weights: dict[str, float], spoken: _Spoken) -> Coverage:
    alike = spoken.alike(point, words)
    heard = {i: _heard(alike, meaning) for i, meaning in spoken.meanings.items()}
    total = sum(weights.values())
    best = Coverage(point, 0.0, 0, 0)
    for window in spoken.windows():
        found = (weight * _loudest(stem, window, heard, spoken.said) for stem, weight in weights.items())
        score = math.fsum(found) / total * spoken.together(window)
        if score > best.score:
            best = Coverage(point, score, window[0], window[-1] + 1)
    return best


def _loudest(stem: str, window: range, heard: dict[int, dict[str, float]], said: Statements) -> float:
    return max(heard[i].get(stem, 0.0) * said.full[i] for i in window)


def _heard(alike: dict[str, dict[str, float]], meaning: frozenset[str]) -> dict[str, float]:
    """Stem of the point to how well it is heard in a clause, unheard ones left out."""
    heard = {stem: max((values[word] for word in meaning), default=0.0) for stem, values in alike.items()}
    return {stem: value for stem, value in heard.items() if value > 0}
