"""When people are told that an API key ends."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

DAYS_BEFORE = (14, 1)
"""Two weeks to plan the change, and the last day. The longest comes first."""

_DAY = timedelta(days=1)


def due(created_at: datetime, expires_at: datetime, told_days: int | None, now: datetime) -> int | None:
    """Which of `DAYS_BEFORE` is to be told now, None for none; `told_days` is the last that was.

    Of two that are due after an outage the nearer one alone. Who makes a key for a week knows that it ends within two:
    a letter is for keys that live longer than the days it speaks of.
    """
    if expires_at <= now:
        return None
    near = [days for days in DAYS_BEFORE if expires_at - now <= days * _DAY < expires_at - created_at]
    if not near or (told_days is not None and told_days <= min(near)):
        return None
    return min(near)


def days_left(expires_at: datetime, now: datetime) -> int:
    """Days until the end, a begun one counted whole; at least 1 while the key works."""
    return max(0, math.ceil((expires_at - now) / _DAY))
