"""What is known about the backups of this installation, for the pages and commands that show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Drill:
    """A restore that was tried: when, whether all checks held, how long it took, and what would have been lost."""

    at: datetime
    good: bool
    seconds: float
    lost_seconds: float | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupReport:
    """The state of backups. `configured`: a place is named. Times are None where it never happened.

    `behind_seconds`: everything acknowledged longer ago than this is in the backup, database and recordings alike.
    `streaming`: whether the write-ahead log is sent there; an operator's own database is not ours to send.
    """

    configured: bool
    place: str = ""
    embedded: bool = True
    last_base: datetime | None = None
    bases: int = 0
    last_point: datetime | None = None
    behind_seconds: float | None = None
    objects: int = 0
    streaming: bool = False
    trouble: tuple[str, ...] = ()
    drill: Drill | None = None


class BackupWatch(Protocol):
    """Says how backups stand."""

    async def report(self) -> BackupReport:
        """What the place of backups says now; a place that cannot be read is a trouble in the report, no error."""
        ...
