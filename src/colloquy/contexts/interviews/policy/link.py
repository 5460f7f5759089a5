"""Links by which candidates arrive, and how their secrets are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from colloquy.contexts.interviews.policy.accommodation import UNCHANGED, Accommodation
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope

ROUTE_KIND = "interview_link"
INVITATION_DAYS = 14
PUBLIC_DAYS = 90
MAX_DAYS = 365

_PURPOSE = "interviews.links"


class LinkKind(StrEnum):
    """A public link admits everybody; an invitation admits one candidate, once."""

    PUBLIC = "public"
    INVITATION = "invitation"


class LinkState(StrEnum):
    """What a recruiter sees beside an invitation. Started wins over the others: the candidate is in."""

    OPEN = "open"
    STARTED = "started"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Link:
    """A link without its secret. `used_by_session` is the session that an invitation was used for.

    `accommodation`: what was granted to the invited candidate beforehand.
    """

    id: UUID
    interview_id: UUID
    kind: LinkKind
    expires_at: datetime
    revoked: bool
    email: str | None
    name: str | None
    used_by_session: UUID | None
    sendings: int
    sent_at: datetime | None
    created_at: datetime
    accommodation: Accommodation = UNCHANGED

    def state(self, at: datetime) -> LinkState:
        """What the link is good for at that time."""
        if self.used_by_session is not None:
            return LinkState.STARTED
        if self.revoked:
            return LinkState.REVOKED
        return LinkState.EXPIRED if self.expires_at <= at else LinkState.OPEN


def expiry(at: datetime, days: int) -> datetime:
    """When a link handed out at `at` ends."""
    return at + timedelta(days=days)


def seal(secret: Secret, scope: Scope, link_id: UUID, token: str) -> bytes:
    """The token encrypted for this link's row alone (see `Secret.seal`)."""
    return secret.seal(_PURPOSE, token.encode(), _about(scope, link_id))


def unseal(secret: Secret, scope: Scope, link_id: UUID, sealed: bytes) -> str:
    """The token again. Raises ValueError when the bytes belong to another row or another installation."""
    return secret.unseal(_PURPOSE, sealed, _about(scope, link_id)).decode()


def _about(scope: Scope, link_id: UUID) -> bytes:
    return scope.org_id.bytes + link_id.bytes
