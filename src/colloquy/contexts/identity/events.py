"""What identity announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from colloquy.kit.events import Event


@dataclass(frozen=True, slots=True)
class ColleagueInvited(Event):
    """Somebody was asked to join the team. The letter's facts: `public.colleague_letter_facts`."""

    name: ClassVar[str] = "identity.colleague.invited"
    routing_key: ClassVar[str] = "identity.colleague.invited"

    invitation_id: UUID
