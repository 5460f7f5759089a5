"""How far an answer covers the expected points, and where.

A point is reduced to the stems of its content words. A stem is worth more when few of the question's points share it,
and a quarter when the question itself says it, so that handing the question back earns next to nothing. The point's
score is that of its best window, up to three neighbouring clauses: the words must be said together and inside
statements.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from colloquy.contexts.analysis.policy.clauses import Reading
from colloquy.contexts.analysis.policy.likeness import likeness
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
    meanings = {i: _meaning(reading, i) for i in said.kept}
    sentences = [clause.sentence for clause in reading.clauses]
    return tuple(
        _best_window(point, _weights(stems, [s for _, s in wanted], asked), asked, meanings, said, sentences)
        for point, stems in wanted
    )


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
    point: str,
    weights: dict[str, float],
    asked: frozenset[str],
    meanings: dict[int, frozenset[str]],
    said: Statements,
    sentences: list[int],
) -> Coverage:
    heard = {i: _heard(weights, meaning) for i, meaning in meanings.items()}
    total = sum(weights.values())
    best = Coverage(point, 0.0, 0, 0)
    for size in range(1, _WINDOW + 1):
        for first in (i for i in meanings if all(j in meanings for j in range(i, i + size))):
            window = range(first, first + size)
            words = frozenset[str]().union(*(meanings[i] for i in window))
            novelty = len(words - asked) / len(words) if words else 0.0
            found = (weight * _loudest(stem, window, heard, said) for stem, weight in weights.items())
            score = math.fsum(found) / total * _TOGETHER ** (sentences[first + size - 1] - sentences[first])
            if novelty >= _LEAST_NOVELTY and score > best.score:
                best = Coverage(point, score, first, first + size)
    return best


def _loudest(stem: str, window: range, heard: dict[int, dict[str, float]], said: Statements) -> float:
    return max(heard[i].get(stem, 0.0) * said.full[i] for i in window)


def _heard(weights: dict[str, float], meaning: frozenset[str]) -> dict[str, float]:
    """Stem of the point to how well it is heard in a clause, unheard ones left out."""
    heard = {stem: max((likeness(stem, word) for word in meaning), default=0.0) for stem in weights}
    return {stem: value for stem, value in heard.items() if value > 0}
