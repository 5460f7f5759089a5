"""When a key may be used, and how long it rests after a vendor's no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

REST_AFTER_LIMIT: Final = timedelta(seconds=20)
"""After a 429 that does not say how long."""
LONGEST_REST: Final = timedelta(hours=1)
REST_AFTER_QUOTA: Final = timedelta(minutes=15)
"""An account without credit is topped up by a person; asking every quarter of an hour finds out."""
_MINUTE: Final = timedelta(minutes=1)
SHOWN: Final = 4
_SHORT: Final = 12


class KeyState(StrEnum):
    """What may be done with a key. `disabled` by a person, `refused` by the vendor; a retired one is no more."""

    ACTIVE = "active"
    DISABLED = "disabled"
    REFUSED = "refused"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Use:
    """What is known of a key's use. Uses are counted by minutes of the clock: this one and the one before."""

    id: UUID
    rests_until: datetime | None = None
    per_minute: int | None = None
    minute: datetime | None = None
    minute_uses: int = 0
    minute_before: int = 0
    used_at: datetime | None = None

    def at(self, now: datetime) -> Use:
        """The same with its counts brought forward to this minute."""
        minute = now.replace(second=0, microsecond=0)
        if self.minute is None or minute - self.minute > _MINUTE:
            return replace(self, minute=minute, minute_uses=0, minute_before=0)
        if minute > self.minute:
            return replace(self, minute=minute, minute_uses=0, minute_before=self.minute_uses)
        return self


def used(use: Use, now: datetime) -> Use:
    """The key after one more use."""
    here = use.at(now)
    return replace(here, minute_uses=here.minute_uses + 1, used_at=now)


def free_at(use: Use, now: datetime) -> datetime:
    """From when on the key may be used; `now` when it may at once."""
    soonest = now
    if use.rests_until is not None and use.rests_until > now:
        soonest = use.rests_until
    if use.per_minute is None:
        return soonest
    here = use.at(now)
    assert here.minute is not None  # noqa: S101 - set by `at`
    # The minute before counts as far as it still lies within the last sixty seconds.
    gone = (now - here.minute) / _MINUTE
    if here.minute_uses + here.minute_before * (1 - gone) + 1 <= use.per_minute:
        return soonest
    room = use.per_minute - 1 - here.minute_uses
    if room < 0:
        return max(soonest, here.minute + _MINUTE)
    return max(soonest, here.minute + _MINUTE * (1 - room / max(here.minute_before, 1)))


def next_key(uses: Iterable[Use], now: datetime) -> Use | None:
    """The key whose turn it is: of those that may be used, the one that has waited longest. None: there is none."""
    free = [use for use in uses if free_at(use, now) <= now]
    return min(free, key=lambda use: (use.used_at is not None, use.used_at, use.id), default=None)


def rest_after_limit(seconds: float | None) -> timedelta:
    """How long a key rests after a 429 that asked for so many seconds."""
    return REST_AFTER_LIMIT if seconds is None else min(timedelta(seconds=max(seconds, 1)), LONGEST_REST)


def last4(key: str) -> str:
    """What is shown of a key: its last four characters; of a short one, two."""
    return key[-SHOWN:] if len(key) >= _SHORT else key[-2:]
