"""A person's level in the place of the machine's: which one holds, and what to do with a strange one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from colloquy.contexts.scoring.policy.scorecard import HIGHEST_LEVEL, LOWEST_LEVEL, decision_problems
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Correction:
    """A level, 1 to 5, that a person put in the place of the machine's.

    `number` is that of the question whose answer it is about; None means every answer that speaks of the competency.
    """

    number: int | None
    competency: str
    level: int


def corrected(corrections: Iterable[Correction], number: int, competency: str, level: int | None) -> int | None:
    """The level that counts in this answer: a person's for this answer, a person's for all of them, the machine's."""
    found = {one.number: one.level for one in corrections if one.competency == competency}
    return found.get(number, found.get(None, level))


def correction_problems(competency: str, level: int | None, reason: str, known: Collection[str]) -> dict[str, str]:
    """What is wrong with a correction, by field. Without a level it takes one back. `known` are competencies' keys."""
    found = decision_problems(reason)
    if competency not in known:
        found["competency"] = _(
            "The interview has no competency called %(names)s. Reload the page.", names=competency[:64]
        )
    if level is not None and (type(level) is not int or not LOWEST_LEVEL <= level <= HIGHEST_LEVEL):
        found["level"] = _(
            "A level is a whole number from %(lowest)s to %(highest)s.", lowest=LOWEST_LEVEL, highest=HIGHEST_LEVEL
        )
    return found
