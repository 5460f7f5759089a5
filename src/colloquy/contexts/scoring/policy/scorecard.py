"""What a person may write on a scorecard and in a decision. The answers are what a form shows beside its fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from colloquy.kit.i18n import gettext as _

LOWEST_LEVEL: Final = 1
HIGHEST_LEVEL: Final = 5
LONGEST_COMMENT: Final = 4000
SHORTEST_REASON: Final = 10
"""Long enough that a reason is a phrase, not a click."""
LONGEST_REASON: Final = 2000


class Outcome(StrEnum):
    """What becomes of a candidate. None of them is ever set by a program."""

    ADVANCE = "advance"
    HOLD = "hold"
    DECLINE = "decline"


def scorecard_problems(
    levels: Mapping[str, int], comment: str, competencies: Collection[str], *, blind: bool = False
) -> dict[str, str]:
    """What is wrong with a scorecard, by field; empty when it can be kept. `competencies` are the interview's keys.

    A `blind` one opens other people's to its author, so it says something comparable: a level at least.
    """
    found: dict[str, str] = {}
    if unknown := sorted(set(levels) - set(competencies)):
        found["levels"] = _(
            "The interview has no competency called %(names)s. Reload the page.", names=", ".join(unknown)[:200]
        )
    elif not all(type(level) is int and LOWEST_LEVEL <= level <= HIGHEST_LEVEL for level in levels.values()):
        found["levels"] = _(
            "A level is a whole number from %(lowest)s to %(highest)s.",
            lowest=LOWEST_LEVEL,
            highest=HIGHEST_LEVEL,
        )
    elif not levels and not comment:
        found["levels"] = _("Choose at least one level, or write a comment.")
    elif blind and competencies and not levels:
        found["levels"] = _("Choose at least one level: yours come before you see those of others.")
    if problem := prose_problem(comment, LONGEST_COMMENT):
        found["comment"] = problem
    return found


def decision_problems(reason: str) -> dict[str, str]:
    """What is wrong with a decision's reason (already trimmed), by field."""
    if len(reason) < SHORTEST_REASON:
        return {
            "reason": _(
                "Say why, in at least %(number)s characters. The candidate may ask for it.",
                number=SHORTEST_REASON,
            )
        }
    problem = prose_problem(reason, LONGEST_REASON)
    return {"reason": problem} if problem else {}


def prose_problem(text: str, longest: int) -> str | None:
    """Why this text cannot be kept, or None."""
    if len(text) > longest:
        return _("This has %(given)s characters; up to %(number)s are possible.", given=len(text), number=longest)
    if "\0" in text:  # PostgreSQL cannot keep it
        return _("This holds a character that cannot be stored (NUL). Remove it.")
    return None
