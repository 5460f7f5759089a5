"""An entry before it has its place in the chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Noted:
    """What `note` was told. `org_id` None: whatever tenant the transaction has entered when it commits."""

    org_id: UUID | None
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    subject_kind: str
    subject_id: UUID | None
    details: Mapping[str, Any]
    request_id: str
    network: str | None
    once: bool
