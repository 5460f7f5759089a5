"""How far two judgements of the same answers lie apart, competency by competency and candidate by candidate.

The measures
    The shift is new minus old: in levels for a competency, in points (0 to 100) for the overall score. `kappa` is
    Cohen's kappa with quadratic weights (Cohen 1968) of old and new levels; with D = sum (x - y)^2 it is
        1 - D / (sum x^2 + sum y^2 - 2 * sum x * sum y / n),
    which is the usual table of weights written out. `rank` is Spearman's correlation of the candidates' means, ties
    sharing their ranks. Both are None where they are not defined: when nothing varies.

The intervals
    95 %, percentile bootstrap (Efron 1979) over candidates, not over answers: the answers of one person go together.
    The seed is fixed, so that a page says the same when it is loaded again.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

ENOUGH: Final = 10
"""Candidates below which an interval would be wider than anything it could tell."""
RESAMPLES: Final = 500
_SEED: Final = 20
_LEAST_FOR_RANKS: Final = 3
_ROUNDING: Final = 1e-9
_MOST_UNDEFINED: Final = 0.2
_POINTS_PER_LEVEL: Final = 25


@dataclass(frozen=True, slots=True)
class Pair:
    """One competency in one answer, judged twice: levels 1 to 5, None for not enough evidence."""

    candidate: str
    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class Scores:
    """One candidate's overall score, 0 to 100 or None, by the old judgements and by the new ones."""

    candidate: str
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure and its 95 % interval. `value` is None where it is not defined, `low` and `high` with too few."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """What changed. `n` pairs have two values, from `candidates` people; `gained` and `lost` have one of them only.

    `changed` is the share, 0 to 1, of levels (for the overall score: of bands) that are others now. Without `enough`
    candidates there are figures and no intervals: too few to tell more than what happened.
    """

    n: int
    candidates: int
    gained: int
    lost: int
    shift: Measure
    absolute: Measure
    changed: Measure
    kappa: Measure
    rank: Measure

    @property
    def enough(self) -> bool:
        """Whether more can be told than what happened to these candidates."""
        return self.candidates >= ENOUGH


@dataclass(frozen=True, slots=True)
class Crossing:
    """A candidate whose overall score lies nearest to another level than before."""

    candidate: str
    old: float
    new: float
    old_band: int
    new_band: int


@dataclass(frozen=True, slots=True)
class _Sums:
    """One candidate's pairs, summed: everything that the measures are made of."""

    n: int
    x: float
    y: float
    moved: float
    changed: int
    bx: float
    by: float
    bxx: float
    byy: float
    bdd: float


def band(score: float) -> int:
    """The level, 1 to 5, that an overall score lies nearest to; a level is worth 25 points. Halves go up."""
    return 1 + int(score / _POINTS_PER_LEVEL + 0.5)


def level_drift(pairs: Iterable[Pair]) -> Drift:
    """The drift of one competency, or of all of them together."""
    pairs = list(pairs)
    whole = [(one.candidate, float(one.old), float(one.new)) for one in pairs if one.old and one.new]
    return _drift(
        whole,
        gained=sum(one.old is None and one.new is not None for one in pairs),
        lost=sum(one.old is not None and one.new is None for one in pairs),
        banded=lambda level: level,
    )


def score_drift(scores: Iterable[Scores]) -> Drift:
    """The drift of the overall scores, in points; `changed` and `kappa` are those of their bands."""
    scores = list(scores)
    whole = [(one.candidate, one.old, one.new) for one in scores if one.old is not None and one.new is not None]
    return _drift(
        whole,
        gained=sum(one.old is None and one.new is not None for one in scores),
        lost=sum(one.old is not None and one.new is None for one in scores),
        banded=lambda points: float(band(points)),
    )


def crossings(scores: Iterable[Scores]) -> list[Crossing]:
    """Who changed bands, the longest way first."""
    found = [
        Crossing(one.candidate, one.old, one.new, band(one.old), band(one.new))
        for one in scores
        if one.old is not None and one.new is not None and band(one.old) != band(one.new)
    ]
    return sorted(found, key=lambda one: (-abs(one.new - one.old), one.candidate))


def quadratic_kappa(pairs: Iterable[tuple[float, float]]) -> float | None:
    """Kappa with quadratic weights, at most 1; None when neither rater varies, or there is nothing."""
    return _kappa([_sums([pair], lambda level: level) for pair in pairs])


def spearman(pairs: Sequence[tuple[float, float]]) -> float | None:
    """The rank correlation, -1 to 1; None for fewer than three pairs, or when one side does not vary."""
    if len(pairs) < _LEAST_FOR_RANKS:
        return None
    xs, ys = _ranks([x for x, _ in pairs]), _ranks([y for _, y in pairs])
    middle = (len(pairs) + 1) / 2
    sxx, syy = sum((x - middle) ** 2 for x in xs), sum((y - middle) ** 2 for y in ys)
    if not sxx or not syy:
        return None
    sxy: float = sum((x - middle) * (y - middle) for x, y in zip(xs, ys, strict=True))
    return sxy / math.sqrt(sxx * syy)


def _drift(
    whole: Sequence[tuple[str, float, float]], *, gained: int, lost: int, banded: Callable[[float], float]
) -> Drift:
    by_candidate: dict[str, list[tuple[float, float]]] = {}
    for candidate, old, new in whole:
        by_candidate.setdefault(candidate, []).append((old, new))
    sums = [_sums(pairs, banded) for pairs in by_candidate.values()]
    measures = (_shift, _absolute, _changed, _kappa, _rank)
    spread = _resampled(sums, measures) if len(sums) >= ENOUGH else None
    made = [
        Measure(measure(sums), *(_interval(spread[place]) if spread else (None, None)))
        for place, measure in enumerate(measures)
    ]
    return Drift(len(whole), len(sums), gained, lost, *made)


def _sums(pairs: Sequence[tuple[float, float]], banded: Callable[[float], float]) -> _Sums:
    bands = [(banded(x), banded(y)) for x, y in pairs]
    return _Sums(
        n=len(pairs),
        x=sum(x for x, _ in pairs),
        y=sum(y for _, y in pairs),
        moved=sum(abs(y - x) for x, y in pairs),
        changed=sum(x != y for x, y in bands),
        bx=sum(x for x, _ in bands),
        by=sum(y for _, y in bands),
        bxx=sum(x * x for x, _ in bands),
        byy=sum(y * y for _, y in bands),
        bdd=sum((x - y) ** 2 for x, y in bands),
    )


def _shift(sums: Sequence[_Sums]) -> float | None:
    n = sum(one.n for one in sums)
    return sum(one.y - one.x for one in sums) / n if n else None


def _absolute(sums: Sequence[_Sums]) -> float | None:
    n = sum(one.n for one in sums)
    return sum(one.moved for one in sums) / n if n else None


def _changed(sums: Sequence[_Sums]) -> float | None:
    n = sum(one.n for one in sums)
    return sum(one.changed for one in sums) / n if n else None


def _kappa(sums: Sequence[_Sums]) -> float | None:
    n = sum(one.n for one in sums)
    if not n:
        return None
    expected = (
        sum(one.bxx + one.byy for one in sums) - 2 * sum(one.bx for one in sums) * sum(one.by for one in sums) / n
    )
    return 1 - sum(one.bdd for one in sums) / expected if expected > _ROUNDING else None


def _rank(sums: Sequence[_Sums]) -> float | None:
    return spearman([(one.x / one.n, one.y / one.n) for one in sums])


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1; equal values share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    first = 0
    for place in range(1, len(order) + 1):
        if place == len(order) or values[order[place]] != values[order[first]]:
            for index in order[first:place]:
                ranks[index] = (first + 1 + place) / 2
            first = place
    return ranks


def _resampled(
    sums: Sequence[_Sums], measures: Sequence[Callable[[Sequence[_Sums]], float | None]]
) -> list[list[float]]:
    dice = random.Random(_SEED)  # noqa: S311 - draws samples, guards nothing
    found: list[list[float]] = [[] for _ in measures]
    for _ in range(RESAMPLES):
        sample = dice.choices(sums, k=len(sums))
        for values, measure in zip(found, measures, strict=True):
            value = measure(sample)
            if value is not None:
                values.append(value)
    return found


def _interval(values: list[float]) -> tuple[float | None, float | None]:
    """The middle 95 %. None when a fifth of the samples had no value: then the measure hangs by a thread."""
    if len(values) < (1 - _MOST_UNDEFINED) * RESAMPLES:
        return None, None
    values.sort()
    return values[int(0.025 * len(values))], values[min(len(values) - 1, int(0.975 * len(values)))]
