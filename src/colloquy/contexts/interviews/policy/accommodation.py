"""What is changed for one candidate, so that the interview measures the answers and not a disability."""

from __future__ import annotations

from dataclasses import dataclass

from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.kit.i18n import gettext as _

TIME_MULTIPLIERS = (1.0, 1.25, 1.5, 2.0, 3.0)
MOST_EXTRA_TAKES = 10


@dataclass(frozen=True, slots=True)
class Accommodation:
    """Changes to the rules for one candidate. None of them is part of what evaluators see.

    `time_multiplier` lengthens think time, answer limits and the whole-interview limit; `text_instead` lets recorded
    questions be answered in writing; `no_camera` records sound alone where a video is asked for; `own_captions` lets
    the candidate upload captions, which then stand for the recogniser's transcript.
    """

    time_multiplier: float = 1.0
    extra_takes: int = 0
    text_instead: bool = False
    no_camera: bool = False
    own_captions: bool = False

    @property
    def any(self) -> bool:
        """Whether anything is changed."""
        return self != UNCHANGED


UNCHANGED = Accommodation()


def accommodation_problems(accommodation: Accommodation) -> Problems:
    """What is outside its limits."""
    found: Problems = {}
    if accommodation.time_multiplier not in TIME_MULTIPLIERS:
        found["time_multiplier"] = _(
            "Choose one of %(choices)s.", choices=", ".join(f"{times:g}" for times in TIME_MULTIPLIERS)
        )
    if not 0 <= accommodation.extra_takes <= MOST_EXTRA_TAKES:
        found["extra_takes"] = _("Choose between 0 and %(number)s takes.", number=MOST_EXTRA_TAKES)
    return found
