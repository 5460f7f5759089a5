"""A competency's level over several answers, for places where one row a competency is all there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from colloquy.contexts.reporting.policy.document import ReportDocument


@dataclass(frozen=True, slots=True)
class MeanLevel:
    """The mean of a competency's levels, 1–5, or None where no answer gave enough evidence.

    Where people corrected levels it counts theirs, and `machine` is the mean without them; else the two are the same.
    """

    key: str
    name: str
    level: float | None
    machine: float | None

    @property
    def dots(self) -> int | None:
        """The level as whole dots, half up."""
        return whole(self.level)

    @property
    def corrected(self) -> bool:
        """Whether people moved it."""
        return self.level != self.machine


def whole(level: float | None) -> int | None:
    """A mean as a level, half up."""
    return None if level is None else int(level + 0.5)


def mean_levels(document: ReportDocument) -> list[MeanLevel]:
    """One per competency, in the order in which the answers meet them."""
    people = {(one.number, one.key): one.level for one in document.overrides}
    met: dict[str, tuple[str, list[int], list[int]]] = {}
    for answer in document.answers:
        for score in answer.scores:
            _name, levels, machines = met.setdefault(score.key, (score.competency, [], []))
            level = people.get((answer.number, score.key), people.get((None, score.key), score.level))
            if level is not None:
                levels.append(level)
            if score.level is not None:
                machines.append(score.level)
    return [MeanLevel(key, name, _mean(levels), _mean(machines)) for key, (name, levels, machines) in met.items()]


def _mean(levels: list[int]) -> float | None:
    return round(sum(levels) / len(levels), 2) if levels else None


def to_stored(levels: list[MeanLevel]) -> list[dict[str, Any]]:
    """As plain JSON values. What the machine says stands beside only where people say otherwise."""
    return [
        {"key": one.key, "name": one.name, "level": one.level} | ({"machine": one.machine} if one.corrected else {})
        for one in levels
    ]


def from_stored(stored: list[dict[str, Any]]) -> list[MeanLevel]:
    """What `to_stored` gave."""
    return [MeanLevel(one["key"], one["name"], one["level"], one.get("machine", one["level"])) for one in stored]
