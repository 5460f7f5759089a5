"""When a message is tried again, and when an endpoint is left alone. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

WAITS: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""Between ten tries; the first is made at once. 75 h 35 min in all (Standard Webhooks 1.0, "Deliverability and
reliability", recommends this schedule)."""
TRIES: Final = len(WAITS) + 1
JITTER: Final = 0.1
"""A wait is longer by up to this share, so that what failed together does not come back together."""
LONGEST_WAIT: Final = timedelta(hours=24)
"""Of what a server may ask for with Retry-After."""
GONE: Final = 410
FAILING_FOR: Final = timedelta(days=5)
"""An endpoint that accepted nothing for so long is switched off."""


def wait(failed: int, chance: float, retry_after: timedelta | None = None) -> timedelta | None:
    """How long to wait after `failed` tries went wrong; None when that was the last one.

    `chance` is between 0 and 1. What the server asks for counts when it is longer, up to `LONGEST_WAIT`.
    """
    if failed >= TRIES:
        return None
    planned = WAITS[failed - 1] * (1 + JITTER * chance)
    return max(planned, min(retry_after, LONGEST_WAIT)) if retry_after else planned


def accepted(status: int) -> bool:
    """Whether the endpoint has the message: any 2xx."""
    return 200 <= status < 300  # noqa: PLR2004 - HTTP's own numbers


def is_redirect(status: int) -> bool:
    """Whether the endpoint points elsewhere, which is a failure: a message goes to the address that was checked."""
    return 300 <= status < 400  # noqa: PLR2004 - HTTP's own numbers


def asked_to_wait(header: str | None, now: datetime) -> timedelta | None:
    """What Retry-After says (RFC 9110, 10.2.3: seconds or a date); None when it says nothing that makes sense."""
    if not header:
        return None
    if header.strip().isdecimal():
        # A number of any length may stand there.
        return timedelta(seconds=min(int(header.strip()[:9]), int(LONGEST_WAIT.total_seconds())))
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None or until <= now:
        return None
    return until - now


def gives_up(failing_since: datetime, now: datetime) -> bool:
    """Whether an endpoint has accepted nothing for so long that it is switched off."""
    return now - failing_since >= FAILING_FOR
