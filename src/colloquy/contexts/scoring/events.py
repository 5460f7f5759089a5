"""What became of judgements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from colloquy.kit.events import Event


@dataclass(frozen=True, slots=True)
class ReportReady(Event):
    """A session's report can be read. `report_version` counts from 1; scoring again makes the next one.

    It is declared here and published by reporting, so that reporting and its neighbours stay strangers.
    """

    name: ClassVar[str] = "ReportReady"
    routing_key: ClassVar[str] = "interview.report.ready"

    session_id: UUID
    report_version: int
