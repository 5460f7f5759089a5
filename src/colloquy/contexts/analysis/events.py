"""What became of evaluations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from colloquy.kit.events import Event


@dataclass(frozen=True, slots=True)
class AnalysisCompleted(Event):
    """An answer was evaluated: its judgements are stored, or its question asks for none."""

    name: ClassVar[str] = "AnalysisCompleted"
    routing_key: ClassVar[str] = "interview.analysis.completed"

    session_id: UUID
    answer_id: UUID
