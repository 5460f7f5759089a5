"""The rules of a question for one candidate: the recruiter's, changed by what was granted to the candidate."""

from __future__ import annotations

import math
from dataclasses import dataclass

from colloquy.contexts.interviews import public as interviews

TEXT_INSTEAD_CHARACTERS = 5000
"""About two minutes of speech at 150 words a minute are 1,800 characters; writing must not be the narrower way."""
FILE_TAKES = 10


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for this candidate. `kind` is how the answer is recorded or given."""

    kind: interviews.AnswerKind
    think_seconds: int
    answer_seconds: int
    takes: int
    max_characters: int
    text_allowed: bool
    captions_allowed: bool

    @property
    def timed(self) -> bool:
        """Whether seeing the question starts a clock, so that it waits until the candidate says so."""
        return (self.kind.recorded and self.think_seconds > 0) or self.kind is interviews.AnswerKind.CONVERSATION


def terms(question: interviews.Question, granted: interviews.Accommodation) -> Terms:
    """The question's rules with what was granted. Rounds times up: never to the candidate's loss."""
    kind = question.kind
    if granted.no_camera and kind is interviews.AnswerKind.VIDEO and question.source is interviews.VideoSource.CAMERA:
        kind = interviews.AnswerKind.AUDIO
    recorded = kind.recorded
    takes = question.takes + granted.extra_takes if recorded else question.takes
    text_allowed = recorded and granted.text_instead
    return Terms(
        kind=kind,
        think_seconds=math.ceil(question.think_seconds * granted.time_multiplier),
        answer_seconds=math.ceil(question.answer_seconds * granted.time_multiplier),
        takes=FILE_TAKES if kind is interviews.AnswerKind.FILE else takes,
        max_characters=TEXT_INSTEAD_CHARACTERS if text_allowed else question.max_characters,
        text_allowed=text_allowed,
        captions_allowed=recorded and granted.own_captions,
    )


def limit_seconds(minutes: int | None, granted: interviews.Accommodation) -> int | None:
    """The whole-interview limit for this candidate, in seconds; None for none."""
    return None if minutes is None else math.ceil(minutes * 60 * granted.time_multiplier)


def stored(granted: interviews.Accommodation) -> dict[str, float | int | bool]:
    """An accommodation as JSON: what differs from the ordinary alone."""
    ordinary = interviews.Accommodation()
    names = ("time_multiplier", "extra_takes", "text_instead", "no_camera", "own_captions")
    return {name: getattr(granted, name) for name in names if getattr(granted, name) != getattr(ordinary, name)}


def granted(stored: dict[str, float | int | bool]) -> interviews.Accommodation:
    """The accommodation that JSON describes."""
    return interviews.Accommodation(**stored)  # type: ignore[arg-type] # written by `stored`
