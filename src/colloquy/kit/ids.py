"""Identifiers and secrets.

Rows are named by UUID version 7 (RFC 9562): the leading 48 bits are milliseconds, so new rows land at
the end of an index. What opens a door is not an id but a token: at least 128 random bits, of which only
the SHA-256 is stored.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from uuid import UUID

TOKEN_BYTES = 16


def new_id() -> UUID:
    """A UUIDv7. Ids of the same millisecond are ordered by chance, which no caller relies on."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)


def new_token(size: int = TOKEN_BYTES) -> str:
    """A URL-safe secret of `size` random bytes (22 characters for the default 16)."""
    return secrets.token_urlsafe(size)


def token_hash(token: str) -> bytes:
    """What is stored of a token: 32 bytes. Tokens are random, so no salt or stretching is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
