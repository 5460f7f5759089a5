"""The rules of a take: how long, how large, how many. Held by the server's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

GRACE_SECONDS = 15.0
"""A browser stops a little after the limit and its clock differs: so much more is accepted, then refused."""
BYTES_PER_SECOND = {"video": 1_500_000, "audio": 64_000}
"""Room for the highest rate a browser records by itself (a 1080p camera at 8 Mbit/s, with half as much again)."""
LEAST_BYTES = 16 << 20
LARGEST_FILE = 2 << 30


@dataclass(frozen=True, slots=True)
class TakeLimits:
    """What the server accepts as one take."""

    must_stop_at: datetime
    max_seconds: float
    max_bytes: int


def take_limits(kind: str, answer_seconds: int, now: datetime) -> TakeLimits:
    """The limits of a take that starts now."""
    seconds = answer_seconds + GRACE_SECONDS
    size = min(LARGEST_FILE, max(LEAST_BYTES, int(seconds * BYTES_PER_SECOND[kind])))
    return TakeLimits(now + timedelta(seconds=answer_seconds), seconds, size)


def think_until(opened_at: datetime, think_seconds: int) -> datetime:
    """When thinking ends and recording starts by itself."""
    return opened_at + timedelta(seconds=think_seconds)


def kept_until(opened_at: datetime, completed_at: datetime | None, retention_days: int) -> datetime:
    """When a session is erased: so many days after it was handed in, or begun, if it never was."""
    return (completed_at or opened_at) + timedelta(days=retention_days)


def profile_key(url: str) -> str:
    """A profile address as it is compared: no scheme, no `www.`, no slash at the end, lower case."""
    bare = url.strip().casefold()
    for prefix in ("https://", "http://", "www."):
        bare = bare.removeprefix(prefix)
    return bare.split("?")[0].split("#")[0].rstrip("/")


def email_key(email: str) -> str:
    """An e-mail as it is compared: case does not tell people apart."""
    return email.strip().casefold()
