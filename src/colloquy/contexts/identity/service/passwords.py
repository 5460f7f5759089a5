"""Passwords as argon2id hashes. Hashing takes tens of milliseconds and 19 MiB: it runs in a few threads."""

from __future__ import annotations

from dataclasses import dataclass

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from colloquy.contexts.identity.policy import passwords
from colloquy.kit.errors import Malformed

# OWASP Password Storage Cheat Sheet, the argon2id configuration for small machines: 19 MiB, 2 passes, 1 lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = 4
_limiter = anyio.CapacityLimiter(_AT_ONCE)

# Of nobody's password: an unknown address costs as long as a known one.
_NOBODY = _hasher.hash("nobody's password, which opens nothing")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the password was right, and a new hash when the stored one is of former parameters."""

    right: bool
    rehashed: str | None = None


async def hashed(password: str) -> str:
    """The hash to store."""
    return await anyio.to_thread.run_sync(_hasher.hash, password, limiter=_limiter)


async def verify(stored: str | None, password: str) -> Verdict:
    """Compares `password` with the stored hash; None (nobody has this address) takes as long and is wrong."""
    return await anyio.to_thread.run_sync(_verify, stored, password, limiter=_limiter)


def _verify(stored: str | None, password: str) -> Verdict:
    try:
        _hasher.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return Verdict(right=False)
    if stored is None:
        return Verdict(right=False)
    return Verdict(right=True, rehashed=_hasher.hash(password) if _hasher.check_needs_rehash(stored) else None)


def check_new(password: str, *, email: str, name: str, organisation: str = "", field: str = "password") -> None:
    """Raises Malformed on `field` unless the password may become this person's."""
    wrong = passwords.problem(password, email=email, name=name, organisation=organisation)
    if wrong is not None:
        raise Malformed(wrong, fields={field: wrong})
