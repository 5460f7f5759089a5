"""How many wrong passwords are too many."""

from __future__ import annotations

from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)

PAIR_LIMIT = 10
"""Of one person from one network address: what somebody does who has forgotten a password."""
EMAIL_LIMIT = 50
"""Of one person from anywhere. Higher, because reaching it locks the person out wherever they are."""
NETWORK_LIMIT = 100
"""From one network address on anybody: a whole office may stand behind one."""

CODE_LIMIT = 10
"""Of one person's codes, from anywhere: whoever tries one knows the password already. At most 960 guesses a day,
each at three of a million codes.
"""


def seconds_to_wait(tried: int, limit: int, first: datetime | None, now: datetime) -> int:
    """0 while fewer than `limit` were tried within the window; else seconds until the `first` falls out of it."""
    if tried < limit or first is None:
        return 0
    return max(1, int((first + WINDOW - now).total_seconds()) + 1)
