"""How far a handed-in session is on its way to a report, as a stage and two figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from colloquy.kit.errors import Malformed
from colloquy.kit.i18n import gettext as _


class Stage(StrEnum):
    """What is being done with the slowest answer."""

    PREPARING = "preparing"
    TRANSCRIBING = "transcribing"
    EVALUATING = "evaluating"
    WRITING = "writing"


_STAGES = (
    (Stage.PREPARING, frozenset({"pending", "recording", "uploaded"})),
    (Stage.TRANSCRIBING, frozenset({"processed"})),
    (Stage.EVALUATING, frozenset({"transcribed"})),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """`number` of `of` answers is in this stage (counting those behind it); `share` is 0 to 1 of all work."""

    stage: Stage
    number: int
    of: int
    share: float

    @property
    def percent(self) -> int:
        """The share as whole per cent, never 100 before it is over."""
        return min(99, int(self.share * 100))


def progress_of(states: Sequence[str], share: float) -> Progress:
    """The progress of a session whose answers are in these states."""
    for stage, waiting in _STAGES:
        left = sum(state in waiting for state in states)
        if left:
            return Progress(stage, len(states) - left + 1, len(states), share)
    return Progress(Stage.WRITING, len(states), len(states), share)


class Filter(StrEnum):
    """What the board can be narrowed to."""

    READY = "ready"
    NEEDS_PERSON = "needs_person"
    PROCESSING = "processing"
    ANSWERING = "answering"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


STATES: dict[Filter, frozenset[str]] = {
    Filter.READY: frozenset({"scored"}),
    Filter.NEEDS_PERSON: frozenset({"needs_human"}),
    Filter.PROCESSING: frozenset({"completed"}),
    Filter.ANSWERING: frozenset({"opened", "consented", "in_progress"}),
    Filter.EXPIRED: frozenset({"expired"}),
    Filter.WITHDRAWN: frozenset({"withdrawn"}),
}
"""The states of sessions behind each filter; between them they hold every state once."""


def filter_named(name: str) -> Filter:
    """The filter, or the one that a single state belongs to. Malformed for anything else."""
    if name in set(Filter):
        return Filter(name)
    for one, states in STATES.items():
        if name in states and len(states) == 1:
            return one
    choices = ", ".join(Filter)
    raise Malformed(_("There is no such state."), fields={"state": _("Use one of: %(choices)s.", choices=choices)})
