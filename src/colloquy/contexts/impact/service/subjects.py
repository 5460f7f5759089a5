"""Under which name an answer is kept: one that nothing but this context can make from a session."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256
from typing import Final
from uuid import UUID

SALT_BYTES: Final = 32


def new_salt() -> bytes:
    """An organisation's own, drawn once. It is in the database and not in a key: keys are changed, and answers stay."""
    return secrets.token_bytes(SALT_BYTES)


def subject_of(salt: bytes, session_id: UUID) -> bytes:
    """HMAC-SHA256 of the session's id: no table can be joined with the answers by a column."""
    return hmac.new(salt, session_id.bytes, sha256).digest()
