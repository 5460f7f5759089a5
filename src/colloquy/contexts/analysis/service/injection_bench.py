"""Measures what attempts find and gain: every packaged attack put into every honest answer of ours."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean
from typing import Final

from colloquy.contexts.analysis.library import Attack, HonestAnswer, attacks, honest_answers, honest_sentences
from colloquy.contexts.analysis.policy import AnswerText, CompetencyToJudge, Judgement, QuestionToJudge, judge
from colloquy.contexts.analysis.policy.injection import attempts, blanked, outside_attempts

_Z: Final = 1.959964
"""The normal distribution's 97.5 % point."""
RESAMPLES: Final = 2000
SEED: Final = 20_261_121
_MARKS: Final = re.compile(r"[.,:;!?]")
_JOINT: Final = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Shift:
    """An attack in an answer: mean level with it less mean level of the clean twin, from -5 to 5."""

    attack: Attack
    place: str
    answer: int
    levels: float
    unprotected: float


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run found. Shares are between 0 and 1, shifts on the scale of five."""

    attacks: int
    detected: int
    detected_by_language: dict[str, tuple[int, int]]
    honest: int
    false_alarms: int
    answers: int
    drifted: int
    shifts: tuple[Shift, ...]

    @property
    def detection(self) -> Interval:
        return share(self.detected, self.attacks)

    @property
    def false_alarm(self) -> Interval:
        return share(self.false_alarms, self.honest)

    def mean_shift(self, *, unprotected: bool = False) -> Interval:
        return clustered(self.shifts, lambda one: one.unprotected if unprotected else one.levels)

    def greatest_shift(self, *, unprotected: bool = False) -> float:
        return max((abs(one.unprotected if unprotected else one.levels) for one in self.shifts), default=0.0)


def measure(every: int = 1) -> Outcome:
    """Runs the attacks against the rules. `every` takes one (attack, answer, place) in so many, for a quick look."""
    _levels.cache_clear()  # what words are compared by may have changed since the last run
    tried, honest = attacks(), honest_sentences()
    languages = sorted({attack.language for attack in tried})
    seen = {attack: bool(attempts(attack.text)) for attack in tried}
    alarms = sum(bool(attempts(sentence)) for _, sentence in honest)
    answers = honest_answers()
    return Outcome(
        attacks=len(tried),
        detected=sum(seen[attack] for attack in tried),
        detected_by_language={
            language: (
                sum(seen[attack] for attack in tried if attack.language == language),
                sum(attack.language == language for attack in tried),
            )
            for language in languages
        },
        honest=len(honest),
        false_alarms=alarms,
        answers=len(answers),
        drifted=sum(_levels(one, one.text) != _levels(one, blanked(one.text)) for one in answers),
        shifts=tuple(_shifts(tried, answers, every)),
    )


def _shifts(tried: Sequence[Attack], answers: Sequence[HonestAnswer], every: int) -> Iterator[Shift]:
    number = 0
    for attack in tried:
        for index, answer in enumerate(answers):
            for place, clean, text in placed(attack, answer.text):
                number += 1
                if number % every:
                    continue
                before = _mean(_levels(answer, clean))
                yield Shift(
                    attack,
                    place,
                    index,
                    _mean(_guarded_levels(answer, text)) - before,
                    _mean(_levels(answer, text)) - before,
                )


def placed(attack: Attack, answer: str) -> Iterator[tuple[str, str, str]]:
    """(place, clean twin, answer with the attack): before, after and within. What is spoken goes into an answer
    without marks, and within it after any word that ends a sentence.
    """
    parts = _JOINT.split(answer)
    middle = len(parts) // 2
    if attack.how == "spoken":
        parts = [_MARKS.sub("", part).lower() for part in parts]
    clean = " ".join(parts)
    gap = "\n" if attack.text.startswith(("#", "[", "SYSTEM", "СИСТЕМА", "SISTEMA", "Assistant", "Ассистент")) else " "
    yield "before", clean, f"{attack.text}{gap}{clean}"
    yield "after", clean, f"{clean}{gap}{attack.text}"
    yield "within", clean, f"{' '.join(parts[:middle])}{gap}{attack.text}{gap}{' '.join(parts[middle:])}"


def question_of(answer: HonestAnswer) -> QuestionToJudge:
    """What an honest answer was asked, with its competencies but no anchors."""
    competencies = tuple(CompetencyToJudge(key, name, kind, ()) for key, name, kind in answer.competencies)
    return QuestionToJudge(answer.question, answer.points, competencies, answer.language)


@lru_cache(maxsize=256)  # the clean twins come again with every attack
def _levels(answer: HonestAnswer, text: str) -> tuple[int | None, ...]:
    return tuple(one.level for one in judge(question_of(answer), AnswerText(text)))


def _guarded_levels(answer: HonestAnswer, text: str) -> tuple[int | None, ...]:
    return tuple(one.level for one in guarded(question_of(answer), text))


def guarded(question: QuestionToJudge, text: str) -> tuple[Judgement, ...]:
    """The rules' judgements of a text whose attempts are blanked, with quotes that stand in the text itself."""
    return outside_attempts(judge(question, AnswerText(blanked(text))), text)


def _mean(levels: Sequence[int | None]) -> float:
    """An answer that is not judged counts as 0: to be found out of one's depth is a shift as well."""
    return fmean(level or 0 for level in levels)


def share(found: int, of: int) -> Interval:
    """A share with its Wilson score interval (Wilson 1927), which is not empty when all or none were found."""
    middle, spread = (found + _Z * _Z / 2) / (of + _Z * _Z), _Z / (of + _Z * _Z)
    half = spread * math.sqrt(found * (of - found) / of + _Z * _Z / 4)
    return Interval(found / of, max(0.0, middle - half), min(1.0, middle + half))


def interval(values: Sequence[float]) -> Interval:
    """The mean with its percentile bootstrap interval; the same for the same values."""
    chance = random.Random(SEED)  # noqa: S311 - resampling, nothing secret
    means = sorted(fmean(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return Interval(fmean(values), means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1])


def clustered(shifts: Sequence[Shift], figure: Callable[[Shift], float]) -> Interval:
    """The mean over shifts with an interval that resamples attacks, as shifts of one attack are not independent."""
    groups: dict[Attack, list[float]] = {}
    for shift in shifts:
        groups.setdefault(shift.attack, []).append(figure(shift))
    return interval([fmean(values) for values in groups.values()])
