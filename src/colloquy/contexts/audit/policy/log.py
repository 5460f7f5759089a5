"""What the log consists of, as it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

Reason = Literal["daily", "export", "part"]
"""Why the head of a chain was signed: the day was over, or a file was made of all of it or of a part."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How long a chain is: by its head, and by its entries. Different numbers are a finding."""

    number: int
    hash: bytes
    last: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head that was signed with the installation's secret."""

    at: datetime
    number: int
    hash: bytes
    reason: Reason
    signature: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that is wrong. `code` is one of `findings.TEXTS`; `values` fill its sentence."""

    code: str
    number: int | None = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: how many entries and signatures were looked at, and the first fault if there is one."""

    entries: int
    checkpoints: int
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Check:
    """A check that somebody asked for on the page. `ended_at` None: it is under way."""

    id: UUID
    asked_by: UUID | None
    asked_at: datetime
    ended_at: datetime | None
    total: int
    done: int
    findings: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for. Empty members do not narrow. `until` is the last day, inclusive; days are UTC's."""

    kind: str = ""
    actor_id: UUID | None = None
    subject_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    text: str = ""
    actions: tuple[str, ...] = ()
    """Actions whose words contain `text`, in the reader's language."""

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for at all."""
        return bool(self.kind or self.actor_id or self.subject_id or self.since or self.until or self.text)
