"""How far an answer covers the expected points, and where.

A point is reduced to the stems of its content words. A stem is worth more when few of the question's points share it,
and a quarter when the question itself says it, so that handing the question back earns next to nothing. The point's
score is that of its best window, up to three neighbouring clauses: the words must be said together and inside
statements. Where there is an embedding, the same window is also compared by sense, and the better of both counts: a
point told wholly in other words is found as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from colloquy.contexts.analysis.policy.clauses import Reading
from colloquy.contexts.analysis.policy.likeness import likeness
from colloquy.contexts.analysis.policy.meaning import (
    Embedding,
    Sense,
    beyond_question,
    cosine,
    embedding_for_text,
    fresh_share,
    known_sense,
    nearest,
    sense,
)
from colloquy.contexts.analysis.policy.statements import Statements
from colloquy.contexts.analysis.policy.tokens import content_stems, light_stems

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
_ANY_TEXT: Final = 0.3
"""The nearness of parts and of wholes, added up, that any two sentences of a language may have."""
_WHOLE: Final = 1.0
"""The same for a point that is told wholly, though in other words."""


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
    wanted = [(point, content_stems(point)) for point in points]
    wanted = [(point, stems) for point, stems in wanted if stems]
    spoken = _Spoken(reading, said, asked)
    return tuple(
        _best_window(point, _weights(stems, [s for _, s in wanted], asked), spoken, _by_sense(question, point, spoken))
        for point, stems in wanted
    )


class _Spoken:
    """The clauses that may count, their content words, and their sense once it is asked for."""

    def __init__(self, reading: Reading, said: Statements, asked: frozenset[str]) -> None:
        self.said = said
        self.meanings = {i: _meaning(reading, i) for i in said.kept}
        self.sentences = [clause.sentence for clause in reading.clauses]
        self._reading = reading
        self._asked = asked
        self._senses: dict[int, Sense] = {}

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

    def sense_of(self, embedding: Embedding, index: int) -> Sense:
        """The sense of one clause."""
        if index not in self._senses:
            tokens = self._reading.tokens_in(self._reading.clauses[index])
            self._senses[index] = sense(embedding, self._reading.text[tokens[0].start : tokens[-1].end])
        return self._senses[index]

    def _novelty(self, window: range) -> float:
        words = frozenset[str]().union(*(self.meanings[i] for i in window))
        return len(words - self._asked) / len(words) if words else 0.0


def _meaning(reading: Reading, index: int) -> frozenset[str]:
    return frozenset(token.stem for token in reading.tokens_in(reading.clauses[index]) if token.content)


def _weights(stems: frozenset[str], points: list[frozenset[str]], asked: frozenset[str]) -> dict[str, float]:
    """Stem to weight: inverse frequency among the question's points, log(1 + N/n) / log(1 + N), less if asked."""
    weights: dict[str, float] = {}
    for stem in sorted(stems):
        rarity = math.log(1 + len(points) / sum(stem in point for point in points)) / math.log(1 + len(points))
        weights[stem] = rarity * (_FROM_QUESTION if stem in asked else _LIGHT if stem in light_stems() else 1.0)
    return weights


def _best_window(
    point: str, weights: dict[str, float], spoken: _Spoken, by_sense: Callable[[range], float] | None
) -> Coverage:
    heard = {i: _heard(weights, meaning) for i, meaning in spoken.meanings.items()}
    total = sum(weights.values())
    best = Coverage(point, 0.0, 0, 0)
    for window in spoken.windows():
        found = math.fsum(weight * _loudest(stem, window, heard, spoken.said) for stem, weight in weights.items())
        score = max(found / total, by_sense(window) if by_sense else 0.0) * spoken.together(window)
        if score > best.score:
            best = Coverage(point, score, window[0], window[-1] + 1)
    return best


def _by_sense(question: str, point: str, spoken: _Spoken) -> Callable[[range], float] | None:
    """From a window to how much of the point's sense is in it, 0 to 1; None without an embedding."""
    embedding = embedding_for_text(point)
    if embedding is None:
        return None
    asked, wanted = known_sense(embedding, question), known_sense(embedding, point)
    weight = wanted.lengths * fresh_share(wanted, asked)
    if weight.sum() <= 0:  # the question says all of it
        return None
    weight = weight / weight.sum()
    senses = {i: spoken.sense_of(embedding, i) for i in spoken.meanings}
    near = {i: nearest(wanted, senses[i]) * spoken.said.full[i] for i in senses}
    beyond = {i: beyond_question(senses[i].whole(), asked) for i in senses}
    whole = beyond_question(wanted.whole(), asked)

    def told(window: range) -> float:
        together, said = near[window[0]], beyond[window[0]]
        for i in window[1:]:
            together, said = together.clip(near[i]), said + beyond[i]
        full = min(spoken.said.full[i] for i in window)
        alike = max(0.0, cosine(whole, said)) * full
        return min(1.0, max(0.0, (float(weight @ together) + alike - _ANY_TEXT) / (_WHOLE - _ANY_TEXT)))

    return told


def _loudest(stem: str, window: range, heard: dict[int, dict[str, float]], said: Statements) -> float:
    return max(heard[i].get(stem, 0.0) * said.full[i] for i in window)


def _heard(weights: dict[str, float], meaning: frozenset[str]) -> dict[str, float]:
    """Stem of the point to how well it is heard in a clause, unheard ones left out."""
    heard = {stem: max((likeness(stem, word) for word in meaning), default=0.0) for stem in weights}
    return {stem: value for stem, value in heard.items() if value > 0}
