"""One candidate's scorecards beside each other, a competency each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from colloquy.contexts.interviews.public import Interview
from colloquy.contexts.scoring.public import Agreement, Review, agreement


@dataclass(frozen=True, slots=True)
class Ratings:
    """What people gave: `levels` by name as they stand, `mean` of them, and how far they agree as they were blind."""

    key: str
    name: str
    levels: tuple[tuple[str, int], ...]
    mean: float
    agreement: Agreement


def ratings(interview: Interview, reviews: Iterable[Review]) -> tuple[Ratings, ...]:
    """Of the competencies that two people or more have given a level."""
    reviews = list(reviews)
    found = []
    for competency in interview.competencies:
        levels = tuple((one.name, one.levels[competency.key]) for one in reviews if competency.key in one.levels)
        if len(levels) < 2:  # noqa: PLR2004 - agreement takes two
            continue
        first = {
            str(one.person_id): written.levels[competency.key]
            for one in reviews
            if competency.key in (written := one.blind or one).levels
        }
        mean = sum(level for _name, level in levels) / len(levels)
        found.append(Ratings(competency.key, competency.name, levels, mean, agreement([first])))
    return tuple(found)
