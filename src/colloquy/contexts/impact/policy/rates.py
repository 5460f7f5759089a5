"""Rates, impact ratios and what speaks against reading too much into them.

The tables are those of 6 RCNY § 5-301 (New York City, on Local Law 144 of 2021): by sex, by race or ethnicity, by both.
*Selection rate*: the share of a category that went on. *Scoring rate*: the share scored above the median of all.
*Impact ratio*: the rate of a category by the highest rate of its table. One under four fifths is what the Uniform
Guidelines (29 CFR 1607.4 D) call evidence of adverse impact. That is a rule of thumb, so each category is also tested
against the one with the highest rate by Fisher's exact test, and small ones are said to be small.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

from colloquy.contexts.impact.policy.categories import REPORTED_SEXES, Race, Sex
from colloquy.contexts.impact.policy.fisher import fisher_exact

FOUR_FIFTHS: Final = 0.8
SMALL: Final = 30
"""Fewer people than this in a category say little: 29 CFR 1607.4 D warns of small numbers, and this one is ours."""
LEAST_SHARE: Final = 0.02
"""A category of less than 2 % of the data may be left out of the impact ratios of an audit under the rule."""
FEWEST_SHOWN: Final = 5
"""Categories with fewer people are not shown: somebody could be recognised."""
SIGNIFICANT: Final = 0.05


class Kind(StrEnum):
    """What a category's rate is the share of: those who went on, or those scored above the median."""

    SELECTION = "selection"
    SCORING = "scoring"


@dataclass(frozen=True, slots=True)
class Person:
    """One candidate. `selected` None: nobody has decided yet; `score` None: there is none."""

    sex: Sex | None
    race: Race | None
    selected: bool | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One category. `sex` or `race` is None where the table does not divide by it.

    `hidden`: fewer than `FEWEST_SHOWN` people, or the one next to it, so that it cannot be reckoned from the total; the
    figures are None then. `rate` is a share, `ratio` the impact ratio, `p` of Fisher's exact test (two-sided) against
    the category with the highest rate, None for that one itself.
    """

    sex: Sex | None
    race: Race | None
    people: int | None
    reached: int | None
    rate: float | None
    ratio: float | None
    p: float | None
    small: bool = False
    under_two_percent: bool = False
    hidden: bool = False

    @property
    def under_four_fifths(self) -> bool:
        """Whether the impact ratio is under four fifths."""
        return self.ratio is not None and self.ratio < FOUR_FIFTHS

    @property
    def significant(self) -> bool:
        """Whether the difference is unlikely to be chance alone."""
        return self.p is not None and self.p < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Table:
    """The categories in the order of the rule. `unknown`: people who are in no category of it."""

    lines: tuple[Line, ...]
    unknown: int


@dataclass(frozen=True, slots=True)
class Tables:
    """The three tables of one kind. `people` are those that the kind can say something about; `median` for scores."""

    kind: Kind
    people: int
    by_sex: Table
    by_race: Table
    by_both: Table
    median: float | None


def tables(people: Sequence[Person], kind: Kind) -> Tables:
    """The tables over these people. Whoever is not decided about, or has no score, is not among them."""
    middle: float | None = None
    if kind is Kind.SELECTION:
        among = [(one, one.selected) for one in people if one.selected is not None]
    else:
        scores = [one.score for one in people if one.score is not None]
        middle = float(median(scores)) if scores else None
        among = [(one, one.score > middle) for one in people if one.score is not None and middle is not None]
    counted = [(one.sex if one.sex in REPORTED_SEXES else None, one.race, bool(reached)) for one, reached in among]
    return Tables(
        kind,
        len(counted),
        _table([(sex, None, yes) for sex, _, yes in counted if sex], len(counted), by_sex=True, by_race=False),
        _table([(None, race, yes) for _, race, yes in counted if race], len(counted), by_sex=False, by_race=True),
        _table([one for one in counted if one[0] and one[1]], len(counted), by_sex=True, by_race=True),
        middle,
    )


def table_of(counts: Iterable[tuple[Sex | None, Race | None, int, int]], total: int) -> Table:
    """The table for people already counted: category, how many, how many reached it. `total`: with unknown ones."""
    given = list(counts)
    known = sum(people for _, _, people, _ in given)
    rates = {(sex, race): reached / people for sex, race, people, reached in given if people >= FEWEST_SHOWN}
    highest = max(rates, key=lambda one: rates[one], default=None)
    hidden = _hidden([people for _, _, people, _ in given])
    best = next(((people, reached) for sex, race, people, reached in given if (sex, race) == highest), (0, 0))
    lines = []
    for (sex, race, people, reached), away in zip(given, hidden, strict=True):
        if away:
            lines.append(Line(sex, race, None, None, None, None, None, hidden=True))
            continue
        rate = rates.get((sex, race))
        at_best = (sex, race) == highest
        lines.append(
            Line(
                sex,
                race,
                people,
                reached,
                rate,
                None if rate is None or highest is None or not rates[highest] else rate / rates[highest],
                None
                if rate is None or at_best
                else fisher_exact(reached, people - reached, best[1], best[0] - best[1]),
                small=0 < people < SMALL,
                under_two_percent=0 < people < LEAST_SHARE * total,
            )
        )
    return Table(tuple(lines), total - known)


def _table(people: list[tuple[Sex | None, Race | None, bool]], total: int, *, by_sex: bool, by_race: bool) -> Table:
    sexes: tuple[Sex | None, ...] = REPORTED_SEXES if by_sex else (None,)
    races: tuple[Race | None, ...] = tuple(Race) if by_race else (None,)
    counts = []
    for race in races:
        for sex in sexes:
            there = [yes for s, r, yes in people if s == sex and r == race]
            counts.append((sex, race, len(there), sum(there)))
    return table_of(counts, total)


def _hidden(sizes: Sequence[int]) -> list[bool]:
    """Which categories are not shown. One alone could be reckoned from the total, so the next smallest goes with it."""
    hidden = [0 < size < FEWEST_SHOWN for size in sizes]
    if sum(hidden) == 1:
        others = [at for at, size in enumerate(sizes) if size and not hidden[at]]
        if others:
            hidden[min(others, key=lambda at: sizes[at])] = True
    return hidden
