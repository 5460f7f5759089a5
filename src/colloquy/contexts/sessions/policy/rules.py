"""The rules of a take: how long, how large, how many. Held by the server's clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

GRACE_SECONDS = 15.0
"""A browser stops a little after the limit and its clock differs: so much more is accepted, then refused."""
BYTES_PER_SECOND = {"video": 1_500_000, "audio": 64_000}
"""Room for the highest rate a browser records by itself (a 1080p camera at 8 Mbit/s, with half as much again)."""
LEAST_BYTES = 16 << 20
LARGEST_FILE = 2 << 30
LARGEST_DOCUMENT = 50 << 20
LATE_SECONDS = 10.0
"""A first take that begins so long after the think time is no lateness: a device opens, a count-down runs."""
GIVEN_BACK = 5
"""So many takes that could not be used are given back, per question; more would be a way to rehearse for ever."""
CLOCK_GRACE = timedelta(seconds=20)
"""After the end of the interview's time a stop press, or a text that was just being sent, is still taken."""
ARRIVAL_GRACE = timedelta(minutes=15)
"""What was recorded in time may arrive so much later: the network is not the candidate's fault."""


@dataclass(frozen=True, slots=True)
class TakeLimits:
    """What the server accepts as one take."""

    must_stop_at: datetime
    max_seconds: float
    max_bytes: int


def takes_used(lost: Iterable[bool]) -> int:
    """Takes that count, of takes that were lost (True) or not. A lost one is given back, up to GIVEN_BACK."""
    found = list(lost)
    return len(found) - min(sum(found), GIVEN_BACK)


def late_seconds(think_until: datetime, now: datetime, *, timed: bool) -> float:
    """How long after the think time a first take begins, in seconds; 0.0 within LATE_SECONDS."""
    late = (now - think_until).total_seconds()
    return late if timed and late > LATE_SECONDS else 0.0


def ends_at(link_expires: datetime, closes_at: datetime | None, extended_until: datetime | None) -> datetime:
    """Until when a candidate may answer: the link's end or the interview's, whichever is first; or what was granted."""
    if extended_until is not None:
        return extended_until
    return link_expires if closes_at is None else min(link_expires, closes_at)


def take_limits(kind: str, answer_seconds: int, now: datetime) -> TakeLimits:
    """The limits of a take that starts now. A file has none in time."""
    if kind == "file":
        return TakeLimits(now, 0.0, LARGEST_DOCUMENT)
    seconds = answer_seconds + GRACE_SECONDS
    size = min(LARGEST_FILE, max(LEAST_BYTES, int(seconds * BYTES_PER_SECOND[kind])))
    return TakeLimits(now + timedelta(seconds=answer_seconds), seconds, size)


def think_until(opened_at: datetime, think_seconds: int) -> datetime:
    """When thinking ends and recording starts by itself."""
    return opened_at + timedelta(seconds=think_seconds)


def profile_key(url: str) -> str:
    """A profile address as it is compared: no scheme, no `www.`, no slash at the end, lower case."""
    bare = url.strip().casefold()
    for prefix in ("https://", "http://", "www."):
        bare = bare.removeprefix(prefix)
    return bare.split("?")[0].split("#")[0].rstrip("/")


def email_key(email: str) -> str:
    """An e-mail as it is compared: case does not tell people apart."""
    return email.strip().casefold()
