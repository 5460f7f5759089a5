"""What a candidate may say of the evaluation, and a person answer."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from colloquy.kit.i18n import gettext as _

SHORTEST: Final = 10
LONGEST: Final = 2000
MOST_OPEN: Final = 10
"""Contests of one session that wait for an answer. More would be one person writing the same again."""


class About(StrEnum):
    """What is wrong: the words that were written down, facts about the candidate, a level, or something else."""

    WORDS = "words"
    FACTS = "facts"
    RATING = "rating"
    OTHER = "other"


class ContestOutcome(StrEnum):
    """What a person did: put it right, or explained why it stays."""

    CORRECTED = "corrected"
    EXPLAINED = "explained"


def text_problem(text: str) -> str | None:
    """What is wrong with a trimmed text, or None."""
    if len(text) < SHORTEST:
        return _("Write at least %(number)s characters, so that a person can act on it.", number=SHORTEST)
    if len(text) > LONGEST:
        return _("This has %(given)s characters; up to %(number)s are possible.", given=len(text), number=LONGEST)
    if "\0" in text:
        return _("This holds a character that cannot be stored (NUL). Remove it.")
    return None
