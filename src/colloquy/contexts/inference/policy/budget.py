"""What an organisation wants to spend on models in a month. Amounts are millionths of a US dollar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Level(StrEnum):
    """How far spending has come."""

    FINE = "fine"
    WARNING = "warning"
    SOFT = "soft"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Budget:
    """Three limits, each of which may be missing: people are told, cheap models are preferred, no model is asked."""

    warning_microdollars: int | None = None
    soft_microdollars: int | None = None
    hard_microdollars: int | None = None

    def limit(self, level: Level) -> int | None:
        """The limit at which the level begins."""
        limits: dict[Level, int | None] = {
            Level.WARNING: self.warning_microdollars,
            Level.SOFT: self.soft_microdollars,
            Level.HARD: self.hard_microdollars,
        }
        return limits.get(level)


_RISING = (Level.WARNING, Level.SOFT, Level.HARD)


def level(budget: Budget, spent: int) -> Level:
    """How far `spent` is. A limit is reached when it is met exactly."""
    reached = Level.FINE
    for step in _RISING:
        limit = budget.limit(step)
        if limit is not None and spent >= limit:
            reached = step
    return reached


def crossed(budget: Budget, before: int, after: int) -> list[Level]:
    """The levels that begin between two amounts, so that each is announced once."""
    return [step for step in _RISING if (limit := budget.limit(step)) is not None and before < limit <= after]


def out_of_order(budget: Budget) -> bool:
    """Whether a limit lies above one that should come after it."""
    given = [limit for step in _RISING if (limit := budget.limit(step)) is not None]
    return given != sorted(given)


def month(at: datetime) -> date:
    """The month that a moment is counted to: its first day, in UTC."""
    return at.date().replace(day=1)
