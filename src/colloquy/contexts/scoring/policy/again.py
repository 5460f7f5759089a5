"""Runs of scoring again: how far they are, and whose judgements count."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

MOST_IN_FLIGHT: Final = 8
"""Answers of a run that are with the evaluators at once: a run must not keep today's candidates waiting, and what is
not yet handed out can be cancelled."""
LONGEST_NOTE: Final = 500


class ItemState(StrEnum):
    """What became of one answer of a run. Queued: handed to the evaluators."""

    WAITING = "waiting"
    QUEUED = "queued"
    JUDGED = "judged"
    NOT_ALLOWED = "not_allowed"
    NOT_JUDGED = "not_judged"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunState(StrEnum):
    """Going: answers wait or are read. Stopped: a person cancelled the rest. Done: nothing is left."""

    GOING = "going"
    STOPPED = "stopped"
    DONE = "done"


UNFINISHED: Final = frozenset({ItemState.WAITING, ItemState.QUEUED, ItemState.FAILED, ItemState.CANCELLED})
"""A candidate with an answer in one of these keeps the scores that count: half an interview is not scored again."""
_OPEN: Final = frozenset({ItemState.WAITING, ItemState.QUEUED})


def run_state(counts: Mapping[str, int]) -> RunState:
    """The state of a run whose answers are in these states."""
    if any(counts.get(state) for state in _OPEN):
        return RunState.GOING
    return RunState.STOPPED if counts.get(ItemState.CANCELLED) else RunState.DONE


@dataclass(frozen=True, slots=True)
class Standing:
    """A run as one session sees it. `adopted_at` is the place of its adoption among all; None when it is not adopted.

    `complete`: every answer of the session that the run asked for came to an end.
    """

    run_id: UUID
    number: int
    adopted_at: int | None
    complete: bool


def counting(runs: Sequence[Standing]) -> frozenset[UUID]:
    """The runs whose judgements count for a session.

    The last adoption decides. Earlier runs that were adopted too stay below it, for answers that it did not judge;
    later ones, whose versions are newer, step back.
    """
    adopted = [one for one in runs if one.adopted_at is not None and one.complete]
    if not adopted:
        return frozenset()
    top = max(adopted, key=lambda one: one.adopted_at or 0)
    return frozenset(one.run_id for one in adopted if one.number <= top.number)


def complete(states: Collection[str]) -> bool:
    """Whether a session with answers in these states is through with a run."""
    return not any(state in UNFINISHED for state in states)
