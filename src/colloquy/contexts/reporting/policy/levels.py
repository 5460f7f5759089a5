"""A competency's level over several answers, for places where one row a competency is all there is room for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from colloquy.contexts.reporting.policy.document import ReportDocument


@dataclass(frozen=True, slots=True)
class MeanLevel:
    """The mean of a competency's levels, 1–5, or None where no answer gave enough evidence."""

    key: str
    name: str
    level: float | None

    @property
    def dots(self) -> int | None:
        """The level as whole dots, half up."""
        return None if self.level is None else int(self.level + 0.5)


def mean_levels(document: ReportDocument) -> list[MeanLevel]:
    """One per competency, in the order in which the answers meet them."""
    met: dict[str, tuple[str, list[int]]] = {}
    for answer in document.answers:
        for score in answer.scores:
            levels = met.setdefault(score.key, (score.competency, []))[1]
            if score.level is not None:
                levels.append(score.level)
    return [
        MeanLevel(key, name, round(sum(levels) / len(levels), 2) if levels else None)
        for key, (name, levels) in met.items()
    ]


def to_stored(levels: list[MeanLevel]) -> list[dict[str, Any]]:
    """As plain JSON values."""
    return [{"key": one.key, "name": one.name, "level": one.level} for one in levels]


def from_stored(stored: list[dict[str, Any]]) -> list[MeanLevel]:
    """What `to_stored` gave."""
    return [MeanLevel(one["key"], one["name"], one["level"]) for one in stored]
