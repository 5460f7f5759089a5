"""From what one or two readings of an answer say to one judgement that both support.

The rules read once: they say the same every time. A model is asked twice, the second time another model where there
is one. Levels one step apart become the lower one, with both as the band; further apart, or a level beside no
evidence, there is no level and a person has to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from colloquy.contexts.analysis.policy.values import Judgement, Quote
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _

AGREE_WITHIN: Final = 1
"""Levels. Neighbouring levels of an anchored five-step scale are what trained raters differ by."""
_MOST_QUOTES: Final = 4
_DISPUTED: Final = N_("Two readings disagree (%(one)s and %(other)s), so a person has to judge.")
_NO_EVIDENCE: Final = N_("no evidence")


@dataclass(frozen=True, slots=True)
class Pass:
    """One reading of an answer: by whom, and the level (None: insufficient evidence) by competency key."""

    evaluator: str
    prompt_version: str
    levels: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What became of an answer that was read.

    `stood_in` says why the rules read it although a model was to: the code of `inference.NoAnswer`, or None.
    """

    evaluator: str
    prompt_version: str
    judgements: tuple[Judgement, ...]
    passes: tuple[Pass, ...]
    stood_in: str | None = None


def levels_of(judgements: Sequence[Judgement]) -> dict[str, int | None]:
    """The levels by competency key."""
    return {judgement.competency: judgement.level for judgement in judgements}


def agreed(first: Sequence[Judgement], second: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """One judgement per competency of `first`, in its order. `second` must judge the same competencies.

    The reason and quotes are those of the reading whose level is kept, in a dispute those of both.
    """
    others = {judgement.competency: judgement for judgement in second}
    return tuple(_agreed(one, others[one.competency]) for one in first)


def _agreed(one: Judgement, other: Judgement) -> Judgement:
    if one.level is None and other.level is None:
        return one
    if one.level is None or other.level is None or abs(one.level - other.level) > AGREE_WITHIN:
        told = _(_DISPUTED, one=_level(one), other=_level(other))
        return Judgement(
            one.competency,
            None,
            " ".join(part for part in (told, one.reason, other.reason) if part),
            _both(one.quotes, other.quotes),
            low=min((level for level in (one.level, other.level) if level is not None), default=None),
            high=max((level for level in (one.level, other.level) if level is not None), default=None),
            disputed=True,
        )
    low, high = sorted((one.level, other.level))
    kept = one if one.level == low else other
    return replace(kept, low=low, high=high)


def _level(judgement: Judgement) -> str:
    return str(judgement.level) if judgement.level is not None else _(_NO_EVIDENCE)


def _both(one: tuple[Quote, ...], other: tuple[Quote, ...]) -> tuple[Quote, ...]:
    distinct = {(quote.start_char, quote.end_char): quote for quote in (*one, *other)}
    return tuple(distinct.values())[:_MOST_QUOTES]
