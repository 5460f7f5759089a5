"""Turns levels into the three scores of a session. Only this code makes numbers; an evaluator gives levels.

The weights
    A question's weight is divided among the competencies it probes in proportion to their weights, so that a question
    does not count more because it probes more. This share counts as judged when the competency got a level in that
    answer. An answer that is missing, not scorable or too thin has levels of None: it lowers `judged_share`, never a
    score.

The scores, 0 to 100
    A level is worth (level - 1) / 4 * 100 points. Each score is the mean of these points weighted by the shares above:
    `technical_score` over competencies of kind technical (the ones an evaluator reads by the expected points),
    `communication_score` over kind communication, `overall_score` over all kinds, behavioural included.
    A score without any judged competency is None.

The band of the overall score
    One judgement is off by about `RATER_ERROR` points, so the mean of n independent answers by RATER_ERROR / sqrt(n).
    n is Kish's effective number of answers, (sum w)^2 / sum w^2 over the judged weights: one dominant question is
    nearly one answer. The judged share lies within `Z` of these errors; the share without evidence could have been
    anything:
        low  = judged_share * max(0, score - h)
        high = judged_share * min(100, score + h) + (1 - judged_share) * 100,   h = Z * RATER_ERROR / sqrt(n)
    Where two readings of an answer gave neighbouring levels, h also holds their distance: with s the distance between
    the score by all higher and the score by all lower levels, h' = sqrt(h^2 + (s / 2)^2).

Everything is rounded to one decimal at the very end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

RATER_ERROR: Final = 18.0
"""Points. Two teachers marking the same 1,152 short answers from 0 to 5 (Mohler and Mihalcea 2009) differ with a
standard deviation of 1.27; one teacher's own error is that divided by sqrt(2), 0.90 of 5."""

Z: Final = 1.28
"""Standard errors on each side of a band that holds four out of five."""

NEEDS_HUMAN_BELOW: Final = 0.5
"""Judged share under which the scores say too little about the interview, and a person has to look first."""

LARGEST_WEIGHT: Final = 1e6
"""Beyond any sensible emphasis, and far from where sums of weights stop being exact."""

TECHNICAL: Final = "technical"
COMMUNICATION: Final = "communication"
_LOWEST, _HIGHEST = 1, 5


@dataclass(frozen=True, slots=True)
class JudgedCompetency:
    """A competency in one answer: its kind, its weight in the interview (0 or more), its level 1 to 5 or None.

    `apart` is how many levels two readings of it lay apart, 0 where they agreed or where there was one.
    """

    kind: str
    weight: float
    level: int | None
    apart: int = 0


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """One question's weight (0 or more) and every competency it probes, judged or not.

    A question that was not answered, or whose answer is not scorable, is here as well with levels of None.
    """

    weight: float
    competencies: tuple[JudgedCompetency, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Where the overall score may lie, 0 to 100."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """The scores of a session, 0 to 100 with one decimal or None; `judged_share` is between 0 and 1."""

    technical_score: float | None
    communication_score: float | None
    overall_score: float | None
    band: Band | None
    judged_share: float
    needs_human: bool


@dataclass(frozen=True, slots=True)
class _Share:
    answer: int
    kind: str
    weight: float
    points: float | None
    apart: float


def numbers(answers: Sequence[JudgedAnswer]) -> Numbers:
    """The scores of one session from all of its questions, by the formulas above.

    Raises ValueError for a weight below 0 or above LARGEST_WEIGHT and for a level outside 1 to 5.
    """
    shares = [share for number, answer in enumerate(answers) for share in _shares(number, answer)]
    total = math.fsum(share.weight for share in shares)
    judged = [share for share in shares if share.points is not None]
    judged_share = math.fsum(share.weight for share in judged) / total if total else 0.0
    overall = _mean(judged)
    return Numbers(
        technical_score=_rounded(_mean(share for share in judged if share.kind == TECHNICAL)),
        communication_score=_rounded(_mean(share for share in judged if share.kind == COMMUNICATION)),
        overall_score=_rounded(overall),
        band=None if overall is None else _band(overall, judged, judged_share),
        judged_share=round(judged_share, 4),
        needs_human=judged_share < NEEDS_HUMAN_BELOW,
    )


def points_for(level: int) -> float:
    """What a level is worth, 0 to 100. Raises ValueError outside 1 to 5."""
    if not _LOWEST <= level <= _HIGHEST:
        raise ValueError(f"Level {level} is outside the scale from 1 to 5.")
    return (level - _LOWEST) / (_HIGHEST - _LOWEST) * 100


def _shares(number: int, answer: JudgedAnswer) -> list[_Share]:
    """The answer's weight divided among its competencies; shares of no weight are left out."""
    whole = math.fsum(_sound(competency.weight) for competency in answer.competencies)
    weight = _sound(answer.weight)
    return [
        _Share(
            number,
            competency.kind,
            weight * (competency.weight / whole),
            None if competency.level is None else points_for(competency.level),
            competency.apart / (_HIGHEST - _LOWEST) * 100,
        )
        for competency in answer.competencies
        if competency.weight > 0 and weight > 0
    ]


def _sound(weight: float) -> float:
    if not 0 <= weight <= LARGEST_WEIGHT:
        raise ValueError(f"A weight must be between 0 and {LARGEST_WEIGHT:.0f}, not {weight}.")
    return weight


def _mean(shares: Iterable[_Share]) -> float | None:
    weighed = [(share.weight, share.points) for share in shares if share.points is not None]
    total = math.fsum(weight for weight, _ in weighed)
    return math.fsum(weight * points for weight, points in weighed) / total if total else None


def _band(score: float, judged: Sequence[_Share], judged_share: float) -> Band:
    by_answer: dict[int, float] = {}
    for share in judged:
        by_answer[share.answer] = by_answer.get(share.answer, 0.0) + share.weight
    largest = max(by_answer.values())
    weights = [weight / largest for weight in by_answer.values()]  # squares of tiny weights would vanish
    effective = math.fsum(weights) ** 2 / math.fsum(weight**2 for weight in weights)
    spread = math.fsum(share.weight * share.apart for share in judged) / math.fsum(share.weight for share in judged)
    half = math.hypot(Z * RATER_ERROR / math.sqrt(effective), spread / 2)
    low = judged_share * max(0.0, score - half)
    high = judged_share * min(100.0, score + half) + (1 - judged_share) * 100
    return Band(round(low, 1), round(high, 1))


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 1)
