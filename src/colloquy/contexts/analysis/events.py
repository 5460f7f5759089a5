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


@dataclass(frozen=True, slots=True)
class JudgedAgain(Event):
    """A run of scoring again is done with one answer. `outcome`: judged, not_allowed (the candidate does not agree to
    a program), not_judged (there is nothing to judge) or failed (it can be asked for again).
    """

    name: ClassVar[str] = "JudgedAgain"
    routing_key: ClassVar[str] = "interview.analysis.again"

    session_id: UUID
    answer_id: UUID
    run_id: UUID
    outcome: str
