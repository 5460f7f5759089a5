"""What a browser carries between the steps of one sign-in: sealed, short-lived, and worth something once.

Nothing is stored while somebody is on the way: whoever begins a thousand sign-ins costs the database nothing. Only
that a state was used up is kept, until it would have expired anyway.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.queries import spent
from colloquy.kit import clock
from colloquy.kit.crypto import Secret

LIFE = timedelta(minutes=10)
_LONGEST = 3500
"""Browsers keep cookies of 4,096 bytes, name and attributes included (RFC 6265, section 6.1)."""


@dataclass(frozen=True, slots=True)
class State:
    """An opened state: what was put in, and what is needed to use it up."""

    values: dict[str, Any]
    digest: bytes
    expires_at: datetime


def seal(secret: Secret, purpose: str, values: dict[str, Any], life: timedelta = LIFE) -> str:
    """`values` (JSON) for a cookie: URL-safe, readable by us alone, for this purpose and for `life`."""
    expires_at = clock.now() + life
    message = json.dumps({"values": values, "expires": expires_at.timestamp()}).encode()
    sealed = base64.urlsafe_b64encode(secret.seal(f"state:{purpose}", message)).decode()
    if len(sealed) > _LONGEST:
        raise ValueError(f"A state of {len(sealed)} characters does not fit in a cookie.")
    return sealed


def opened(secret: Secret, purpose: str, sealed: str | None) -> State | None:
    """The state, or None: there is none, it is not ours, is for another purpose, or has expired."""
    if not sealed or len(sealed) > _LONGEST:
        return None
    try:
        raw = base64.urlsafe_b64decode(sealed)
        read = json.loads(secret.unseal(f"state:{purpose}", raw))
    except (ValueError, binascii.Error):
        return None
    expires_at = datetime.fromtimestamp(read["expires"], UTC)
    # The bytes are remembered, not the text: base 64 has many texts for the same bytes.
    return State(read["values"], sha256(raw).digest(), expires_at) if expires_at > clock.now() else None


async def spend(db: AsyncSession, state: State) -> bool:
    """Uses the state up; False when somebody has done so before."""
    return await spent.spend(db, state.digest, state.expires_at, clock.now())
