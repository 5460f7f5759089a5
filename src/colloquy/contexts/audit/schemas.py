"""The audit log at the border."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class EntryView(BaseModel):
    """One entry. Hashes are hexadecimal; `network` is None where it was never kept or was taken out since."""

    number: int
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    words: str
    subject_kind: str
    subject_id: UUID | None
    details: dict[str, Any]
    request_id: str
    network: str | None
    previous: str
    hash: str


class LogView(BaseModel):
    """Entries, newest first. `older` is the `before` of the next page; None on the last one."""

    entries: list[EntryView]
    older: int | None
