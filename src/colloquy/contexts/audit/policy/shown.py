"""An entry as people see it."""

from __future__ import annotations

from dataclasses import dataclass

from colloquy.contexts.audit.policy.subjects import Subject
from colloquy.kit.audit import Entry


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry with the name of who acted, as it is today, and the thing it is about, if that is still there."""

    entry: Entry
    actor: str | None
    subject: Subject | None
