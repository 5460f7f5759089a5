"""Fitting the curves of `grading` to answers that people marked, and marking answers that took no part in the fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from colloquy.contexts.analysis.policy.alignment import align
from colloquy.contexts.analysis.policy.curves import Curves, fit
from colloquy.contexts.analysis.policy.grading import held_down, within
from colloquy.contexts.analysis.policy.meaning import Embedding


@dataclass(frozen=True, slots=True)
class Graded:
    """An answer and the mark, 0 to 5, that people gave it. Answers of one `question_id` answer the same question."""

    question_id: str
    question: str
    expected: str
    answer: str
    mark: float


@dataclass(frozen=True, slots=True)
class Laid:
    """A marked answer laid beside the expected one: what it shows, and the most it may be given."""

    graded: Graded
    features: dict[str, float]
    held: str | None
    most: float


def lay(answers: Sequence[Graded], embedding: Embedding | None) -> tuple[Laid, ...]:
    """Compare every answer with the expected one, once."""
    laid = []
    for one in answers:
        found = align(one.question, one.expected, one.answer, embedding)
        held = held_down(one.question, one.expected, one.answer, found, by_sense=embedding is not None)
        laid.append(Laid(one, found.named(), *held))
    return tuple(laid)


def fitted(laid: Sequence[Laid], names: Sequence[str]) -> Curves:
    """The curves nearest to people's marks. What is held down by hand teaches nothing and is left out."""
    free = [one for one in laid if one.held is None]
    return fit([one.features for one in free], [one.graded.mark for one in free], names)


def held_out(laid: Sequence[Laid], groups: Sequence[str], names: Sequence[str]) -> list[float]:
    """The mark of each answer by curves fitted to the answers of all other groups, in order."""
    curves = {
        group: fitted([one for one, its in zip(laid, groups, strict=True) if its != group], names)
        for group in dict.fromkeys(groups)
    }
    return [within(curves[group].mark(one.features), one.most) for one, group in zip(laid, groups, strict=True)]
