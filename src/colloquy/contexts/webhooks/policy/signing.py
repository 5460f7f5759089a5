"""Signatures by Standard Webhooks 1.0: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

PREFIX: Final = "whsec_"
_BYTES: Final = 32
"""The specification asks for 24 to 64."""


def new_secret() -> bytes:
    """A secret's bytes."""
    return secrets.token_bytes(_BYTES)


def shown(secret: bytes) -> str:
    """A secret as people copy it."""
    return PREFIX + base64.b64encode(secret).decode()


def message_id(row_id: UUID) -> str:
    """What `webhook-id` says: the same on every try, so that receivers know what they have had."""
    return f"msg_{row_id.hex}"


def headers(row_id: UUID, sent_at: datetime, body: bytes, signed_with: Sequence[bytes]) -> dict[str, str]:
    """The headers of a message, with one signature for each secret."""
    name, seconds = message_id(row_id), str(int(sent_at.timestamp()))
    content = b".".join((name.encode(), seconds.encode(), body))
    signatures = [base64.b64encode(hmac.new(secret, content, sha256).digest()).decode() for secret in signed_with]
    return {
        "webhook-id": name,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
