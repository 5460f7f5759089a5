"""What inference announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from colloquy.kit.events import Event


@dataclass(frozen=True, slots=True)
class BudgetWarning(Event):
    """A month's spending on models has reached a limit: `level` is warning, soft or hard, `month` like 2026-11.

    Announced once each time a limit is crossed. Amounts are millionths of a US dollar.
    """

    name: ClassVar[str] = "BudgetWarning"
    routing_key: ClassVar[str] = "inference.budget.warning"

    month: str
    level: str
    spent_microdollars: int
    limit_microdollars: int


@dataclass(frozen=True, slots=True)
class KeyRefused(Event):
    """A vendor no longer accepts a key; it is not used until a person says so."""

    name: ClassVar[str] = "ModelKeyRefused"
    routing_key: ClassVar[str] = "inference.key.refused"

    key_id: UUID
    reason: str
