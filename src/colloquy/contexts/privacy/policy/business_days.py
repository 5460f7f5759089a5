"""Business days of the United States: Monday to Friday without the legal public holidays of 5 U.S.C. 6103(a).

New York City's rules (6 RCNY 5-300 and following) count business days and do not define them. Days on which a State
or the City alone rests are counted as business days; whoever wants to be surer gives notice earlier.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
_OFFSET: Final = timedelta(hours=5)
"""New York is at most five hours behind UTC, in winter. A day is counted from when it has ended nowhere near it."""


def is_business_day(day: date) -> bool:
    """Whether offices of the United States are open on this day."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year) | _holidays(day.year + 1)


def later(day: date, business_days: int) -> date:
    """The day that comes so many business days after `day`, which is not counted itself."""
    while business_days > 0:
        day += timedelta(days=1)
        business_days -= is_business_day(day)
    return day


def use_from(told_at: datetime, business_days: int) -> datetime:
    """When a tool may be used that was announced at `told_at`: the beginning of that day in New York, in UTC.

    Both ends are taken on the careful side, so that no database of time zones is needed: the day of the notice is that
    of UTC, which is never before New York's, and the day of the use begins by winter time.
    """
    first = later(told_at.astimezone(UTC).date(), business_days)
    return datetime.combine(first, time(), UTC) + _OFFSET


def _holidays(year: int) -> frozenset[date]:
    """The days on which the holidays of `year` are observed: on Friday for a Saturday, on Monday for a Sunday."""
    fixed = (date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25))
    floating = (
        _nth(year, 1, _MONDAY, 3),  # Birthday of Martin Luther King, Jr.
        _nth(year, 2, _MONDAY, 3),  # Washington's Birthday
        _last_monday_of_may(year),  # Memorial Day
        _nth(year, 9, _MONDAY, 1),  # Labor Day
        _nth(year, 10, _MONDAY, 2),  # Columbus Day
        _nth(year, 11, _THURSDAY, 4),  # Thanksgiving Day
    )
    return frozenset((*map(_observed, fixed), *floating))


def _observed(day: date) -> date:
    if day.weekday() == _SATURDAY:
        return day - timedelta(days=1)
    return day + timedelta(days=1) if day.weekday() == _SUNDAY else day


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())
