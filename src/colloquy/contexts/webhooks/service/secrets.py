"""Secrets of endpoints: sealed, shown once, two of them while one takes the other's place."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from colloquy.contexts.webhooks.models import EndpointRow
from colloquy.kit.crypto import Secret

PURPOSE: Final = "webhook-secrets"


def sealed(secret: Secret, endpoint_id: bytes, value: bytes) -> bytes:
    """A secret as it is stored."""
    return secret.seal(PURPOSE, value, about=endpoint_id)


def signing(secret: Secret, row: EndpointRow, now: datetime) -> list[bytes]:
    """What messages are signed with now, the newest first. ValueError when the installation's secret is another."""
    found = [secret.unseal(PURPOSE, row.sealed, about=row.id.bytes)]
    if row.sealed_before is not None and row.before_until is not None and now < row.before_until:
        found.append(secret.unseal(PURPOSE, row.sealed_before, about=row.id.bytes))
    return found
