"""What is changed for one candidate, so that the interview measures the answers and not a disability."""

from __future__ import annotations

from dataclasses import dataclass

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
