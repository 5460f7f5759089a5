"""How far people agree with each other about the same candidates, competency by competency.

The measures
    `exact` and `within_one` are shares, 0 to 1, of all pairs of people who judged the same candidate: how many gave the
    same level, and how many levels that are at most one apart. They are easy to read and flatter, for people who all
    say 3 agree by habit.
    `alpha` is Krippendorff's alpha (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"): 1 is perfect
    agreement, 0 what chance would give, below 0 is worse than chance. It takes any number of people and candidates whom
    some of them left open, which Cohen's kappa does not. Levels are ordinal: 1 and 2 may be farther apart than 4 and 5.

The interval
    95 %, percentile bootstrap (Efron 1979) over candidates, with a fixed seed: a page says the same when it is loaded
    again. Below ENOUGH candidates neither alpha nor an interval is given: they would be noise with decimals.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from colloquy.contexts.scoring.policy.drift import ENOUGH, RESAMPLES, Measure

_SEED: Final = 19
_TAIL: Final = 0.025


class Metric(StrEnum):
    """How far two values lie apart: not at all or wholly; by ranks; by their difference."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far people agree. `candidates` were judged by two people or more; `people` judged any of them.

    The shares are None without a pair, `alpha` without enough candidates or where everybody always said the same.
    """

    people: int
    candidates: int
    pairs: int
    exact: float | None
    within_one: float | None
    alpha: Measure

    @property
    def enough(self) -> bool:
        """Whether there are candidates enough for more than shares."""
        return self.candidates >= ENOUGH


def agreement(candidates: Iterable[Mapping[str, int]]) -> Agreement:
    """The agreement about one competency. Each candidate maps a person to the level, 1 to 5, that they gave."""
    shared = [levels for levels in candidates if len(levels) > 1]
    pairs = [pair for levels in shared for pair in combinations(levels.values(), 2)]
    units = [tuple(sorted(levels.values())) for levels in shared]
    return Agreement(
        people=len({person for levels in shared for person in levels}),
        candidates=len(shared),
        pairs=len(pairs),
        exact=_share(pairs, 0),
        within_one=_share(pairs, 1),
        alpha=_alpha(units) if len(shared) >= ENOUGH else Measure(None),
    )


def krippendorff(units: Iterable[Sequence[int | None]], metric: Metric = Metric.ORDINAL) -> float | None:
    """Alpha of the values that several people gave each unit; None: that person gave none.

    None when no unit has two values, or when there is but one value in all of them.
    """
    known = [tuple(value for value in unit if value is not None) for unit in units]
    return _of(Counter(tuple(sorted(unit)) for unit in known if len(unit) > 1), metric)


def _of(units: Mapping[tuple[int, ...], int], metric: Metric) -> float | None:
    """Alpha of units that occur so many times each, by coincidences of values."""
    values = sorted({value for unit in units for value in unit})
    together: Counter[tuple[int, int]] = Counter()
    totals: Counter[int] = Counter()
    weighed: dict[tuple[int, int], float] = {}
    for unit, times in units.items():
        for value in unit:
            totals[value] += times
        together.clear()
        together.update((min(pair), max(pair)) for pair in combinations(unit, 2))
        for pair, number in together.items():
            # Each pair is met in both directions; a unit of m values gives each of them 1 / (m - 1).
            weighed[pair] = weighed.get(pair, 0.0) + times * number / (len(unit) - 1)
    apart = {(low, high): _distance(low, high, values, totals, metric) for low, high in combinations(values, 2)}
    expected = sum(totals[low] * totals[high] * far for (low, high), far in apart.items())
    if not expected:
        return None
    observed = sum(number * apart[pair] for pair, number in weighed.items() if pair in apart)
    return 1 - (sum(totals.values()) - 1) * observed / expected


def _distance(low: int, high: int, values: Sequence[int], totals: Mapping[int, int], metric: Metric) -> float:
    """Squared, as the three metrics of the paper define it."""
    if metric is Metric.NOMINAL:
        return 1.0
    if metric is Metric.INTERVAL:
        return float((high - low) ** 2)
    between = sum(totals[value] for value in values if low <= value <= high)
    return float((between - (totals[low] + totals[high]) / 2) ** 2)


def _share(pairs: Sequence[tuple[int, int]], apart: int) -> float | None:
    return sum(abs(one - other) <= apart for one, other in pairs) / len(pairs) if pairs else None


def _alpha(units: Sequence[tuple[int, ...]]) -> Measure:
    whole = _of(Counter(units), Metric.ORDINAL)
    if whole is None:
        return Measure(None)
    draw = random.Random(_SEED)  # noqa: S311 - resampling, no secret
    made = (_of(Counter(draw.choices(units, k=len(units))), Metric.ORDINAL) for _ in range(RESAMPLES))
    spread = sorted(value for value in made if value is not None)
    at = int(len(spread) * _TAIL)
    return Measure(whole, spread[at], spread[-1 - at])
