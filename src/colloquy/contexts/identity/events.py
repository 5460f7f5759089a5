"""What identity announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from colloquy.kit.events import Event


@dataclass(frozen=True, slots=True)
class ColleagueInvited(Event):
    """Somebody was asked to join the team. The letter's facts: `public.colleague_letter_facts`."""

    name: ClassVar[str] = "identity.colleague.invited"
    routing_key: ClassVar[str] = "identity.colleague.invited"

    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class WebhookStopped(Event):
    """A webhook was switched off by us: `reason` is gone (it answered 410) or failing (nothing accepted for five days).

    `person_id` made it. Declared here and published by webhooks, so that webhooks and its neighbours stay strangers.
    """

    name: ClassVar[str] = "WebhookStopped"
    routing_key: ClassVar[str] = "webhooks.stopped"

    endpoint_id: UUID
    person_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeyEnding(Event):
    """An API key ends within `days` days and has no successor. The letter's facts: `public.key_letter_facts`."""

    name: ClassVar[str] = "identity.key.ending"
    routing_key: ClassVar[str] = "identity.key.ending"

    key_id: UUID
    days: int
