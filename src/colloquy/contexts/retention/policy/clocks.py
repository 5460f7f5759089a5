"""Four clocks, each in days after the interview was handed in, or begun if it never was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from colloquy.contexts.retention.policy.jurisdictions import Clock, least_days

DAYS = (1, 3650)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants, in days by clock. None: nothing of their own."""

    media: int | None = None
    words: int | None = None
    record: int | None = None
    logs: int | None = None


DEFAULT = Wish(media=90, logs=90)
"""Who decides watches within weeks; words and the decision stay as long as the interview's notice says."""


@dataclass(frozen=True, slots=True)
class Days:
    """What holds, in days by clock. None is longer than `record`: with the record everything goes."""

    media: int
    words: int
    record: int
    logs: int

    def of(self, clock: Clock) -> int:
        """The days of this clock."""
        return int(getattr(self, clock.value))

    def stored(self) -> dict[str, int]:
        """As JSON."""
        return asdict(self)


def days_of(stored: Mapping[str, Any]) -> Days:
    """The days that `Days.stored` wrote."""
    return Days(**{one.name: int(stored[one.name]) for one in fields(Days)})


def everything_at(days: int) -> Days:
    """One clock for all, as sessions had before there were four."""
    return Days(days, days, days, days)


def days_for(interview_days: int, organisation: Wish, interview: Wish, places: Iterable[str], today: date) -> Days:
    """What a candidate who begins today is kept by.

    The interview's own wish goes before the organisation's. The record is kept no longer than the interview says,
    unless the law of one of `places` asks for more.
    """
    places = tuple(places)
    record_least, _source = least_days(places, Clock.RECORD, today)
    logs_least, _source = least_days(places, Clock.LOGS, today)
    record = max(min(interview_days, _first(interview.record, organisation.record, interview_days)), record_least)
    return Days(
        media=min(_first(interview.media, organisation.media, record), record),
        words=min(_first(interview.words, organisation.words, record), record),
        record=record,
        logs=min(max(_first(interview.logs, organisation.logs, record), logs_least), record),
    )


def holding(told: Days, wanted: Days, longer: int | None = None) -> Days:
    """What holds for somebody who was told `told`, now that `wanted` is asked for: the shorter of both, clock by clock.

    `longer` are the days to which they agreed apart; they lengthen the record and its words, and no recording.
    """
    agreed = longer or 0
    return Days(
        media=min(told.media, wanted.media),
        words=max(min(told.words, wanted.words), agreed),
        record=max(min(told.record, wanted.record), agreed),
        logs=min(told.logs, wanted.logs),
    )


def ends(days: Days, opened_at: datetime, completed_at: datetime | None) -> dict[Clock, datetime]:
    """When each clock ends."""
    begun = completed_at or opened_at
    return {clock: begun + timedelta(days=days.of(clock)) for clock in Clock}


def _first(*wishes: int | None) -> int:
    return next(one for one in wishes if one is not None)
