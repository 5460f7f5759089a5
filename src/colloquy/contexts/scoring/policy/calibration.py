"""How people and programs use the scale: which levels they give, how far they spread, who is strict.

A person's severity is the mean distance of their levels from the panel's: for each competency of each candidate that
somebody else marked as well, own level minus the mean of the others. Below zero is stricter than the others.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

LEVELS: Final = (1, 2, 3, 4, 5)
ENOUGH: Final = 10
"""Shared marks below which strict and lenient cannot be told from chance."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """How often each level, 1 to 5, was given. `none` counts "not enough evidence"; mean and spread leave it out."""

    counts: tuple[int, int, int, int, int]
    none: int

    @property
    def n(self) -> int:
        """How many levels there are."""
        return sum(self.counts)

    @property
    def mean(self) -> float | None:
        """The mean level."""
        total = sum(level * count for level, count in zip(LEVELS, self.counts, strict=True))
        return total / self.n if self.n else None

    @property
    def spread(self) -> float | None:
        """The standard deviation, with n - 1; None for fewer than two levels."""
        mean = self.mean
        if mean is None or self.n <= 1:
            return None
        squares = sum(count * (level - mean) ** 2 for level, count in zip(LEVELS, self.counts, strict=True))
        return math.sqrt(squares / (self.n - 1))

    @property
    def largest(self) -> int:
        """The highest bar."""
        return max(*self.counts, self.none)


@dataclass(frozen=True, slots=True)
class Mark:
    """One level that one person gave one competency of one candidate."""

    person: Hashable
    subject: Hashable
    level: int


@dataclass(frozen=True, slots=True)
class Severity:
    """A person's mean distance from the others' marks, in levels, over `n` that they share. `low`, `high`: 95 %."""

    n: int
    mean: float | None
    low: float | None
    high: float | None

    @property
    def enough(self) -> bool:
        """Whether there are enough shared marks to say anything."""
        return self.n >= ENOUGH


def distribution(levels: Iterable[int | None]) -> Distribution:
    """Counts the levels. Raises ValueError for a level that is not on the scale."""
    counts, none = [0] * 5, 0
    for level in levels:
        if level is None:
            none += 1
        elif level in LEVELS:
            counts[level - 1] += 1
        else:
            raise ValueError(f"Level {level} is outside the scale from 1 to 5.")
    return Distribution((counts[0], counts[1], counts[2], counts[3], counts[4]), none)


def severities(marks: Sequence[Mark]) -> dict[Hashable, Severity]:
    """The severity of everybody who marked anything."""
    by_subject: dict[Hashable, list[Mark]] = {}
    for mark in marks:
        by_subject.setdefault(mark.subject, []).append(mark)
    distances: dict[Hashable, list[float]] = {mark.person: [] for mark in marks}
    for shared in by_subject.values():
        for mark in shared:
            others = [one.level for one in shared if one.person != mark.person]
            if others:
                distances[mark.person].append(mark.level - sum(others) / len(others))
    return {person: _severity(found) for person, found in distances.items()}


def _severity(found: Sequence[float]) -> Severity:
    n = len(found)
    if not n:
        return Severity(0, None, None, None)
    mean = sum(found) / n
    if n < ENOUGH:
        return Severity(n, mean, None, None)
    error = math.sqrt(sum((one - mean) ** 2 for one in found) / (n - 1) / n)
    return Severity(n, mean, mean - 1.96 * error, mean + 1.96 * error)
