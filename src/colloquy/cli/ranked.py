"""How often an evaluator orders answers as a person did, with what chance makes of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from colloquy.contexts.analysis.library import Triple
    from colloquy.contexts.analysis.public import QuestionToJudge

Z: Final = 1.959964
"""Of 95 per cent."""

PAIRS: Final = (("strong", "middling"), ("middling", "weak"), ("strong", "weak"))
TIE: Final = 0.5
"""What a tie of neighbours counts. A strong and a weak answer that stand alike are as wrong as the wrong way round."""

EMPTY: Final = frozenset({"keyword-stuffed", "parroted"})


@dataclass(frozen=True, slots=True)
class Ordered:
    """A triple and the standing of its answers: the sum of their levels, or of the scores behind these; 0 where
    nothing could be judged.
    """

    triple: Triple
    standing: dict[str, float]
    stuffed: float
    parroted: float

    def points(self, pair: tuple[str, str]) -> float:
        """1 for a pair in the right order, `TIE` or 0 for a tie, 0 for the wrong order."""
        better, worse = (self.standing[rank] for rank in pair)
        if better == worse:
            return 0.0 if pair == PAIRS[-1] else TIE
        return float(better > worse)

    @property
    def right(self) -> bool:
        return self.standing["strong"] > self.standing["middling"] > self.standing["weak"]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of right ones with its 95 % Wilson interval."""

    right: float
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.right, self.of)


def wilson(right: float, of: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson (1927), both ends between 0 and 1; (0, 1) of nothing."""
    if not of:
        return 0.0, 1.0
    share, spread = right / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def ordered(triple: Triple, question: QuestionToJudge, stand: Callable[[QuestionToJudge, str], float]) -> Ordered:
    """The standings of a triple's answers, and of the expected points listed and the question read aloud twice."""
    stuffed = ", ".join(word.strip(".,") for point in triple.points for word in point.split()) + "."
    return Ordered(
        triple,
        {rank: stand(question, answer.text) for rank, answer in triple.answers.items()},
        stand(question, stuffed),
        stand(question, f"{triple.question} {triple.question}"),
    )


def pairs(found: Iterable[Ordered], kind: str | None = None) -> Share:
    """Points of all pairs, or of those that an answer of that class is part of."""
    points = [
        one.points(pair)
        for one in found
        for pair in PAIRS
        if kind is None or kind in {one.triple.answers[rank].kind for rank in pair}
    ]
    return Share(math.fsum(points), len(points))


def whole(found: Sequence[Ordered]) -> Share:
    """Triples whose three answers are all in order, without any tie."""
    return Share(sum(one.right for one in found), len(found))


def wins(found: Iterable[Ordered]) -> int:
    """How often empty talk came out on top: an answer written to be stuffed or parroted that stands above a better
    one, or the listed points or the repeated question above the middling answer.
    """
    return sum(_written_wins(one) + (max(one.stuffed, one.parroted) > one.standing["middling"]) for one in found)


def _written_wins(one: Ordered) -> int:
    return sum(
        one.triple.answers[worse].kind in EMPTY and one.standing[worse] > one.standing[better]
        for better, worse in PAIRS
    )
