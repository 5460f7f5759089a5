"""When candidates who have not finished are reminded. Pure: hours and moments in, a moment or nothing out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LOOK_AGAIN = timedelta(hours=2)
"""How long a plan is trusted. An end may be moved without anybody telling us (a recruiter closes an interview
earlier), so every candidate's plan is looked at again after this time at the latest. Short against the last usual
reminder, four hours before the end; a look costs three queries."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: `hours` before the end, due at `at`."""

    hours: int
    at: datetime


def ends_at(*ends: datetime | None) -> datetime | None:
    """The end of the time to answer: the first of those that there are; None when there is none."""
    there = [end for end in ends if end is not None]
    return min(there) if there else None


def due(hours: Sequence[int], end: datetime, *, since: datetime, now: datetime) -> Reminder | None:
    """The reminder to send now: of those whose moment has come the last one. None when there is nothing to say.

    One whose moment was at or before `since`, when the candidate was last written to or came, is skipped: they
    know. After the end nobody is reminded.
    """
    if now >= end:
        return None
    come = [one for one in _planned(hours, end) if since < one.at <= now]
    return come[-1] if come else None


def next_look(hours: Sequence[int], end: datetime, *, since: datetime, now: datetime) -> datetime | None:
    """When to look again: at the next reminder, or after `LOOK_AGAIN` if that is earlier. None from the end on."""
    if now >= end:
        return None
    ahead = [one.at for one in _planned(hours, end) if one.at > max(since, now)]
    return min([*ahead, now + LOOK_AGAIN, end])


def _planned(hours: Sequence[int], end: datetime) -> list[Reminder]:
    """All reminders, the earliest first."""
    return [Reminder(one, end - timedelta(hours=one)) for one in sorted(set(hours), reverse=True)]
