"""When somebody is reminded: the table."""

from datetime import UTC, datetime, timedelta

import pytest

from colloquy.contexts.notifications.policy.reminders import LOOK_AGAIN, due, ends_at, next_look

END = datetime(2026, 12, 4, 12, 0, tzinfo=UTC)
LONG_AGO = END - timedelta(days=14)


def before(**time) -> datetime:
    return END - timedelta(**time)


@pytest.mark.parametrize(
    ("now", "since", "expected"),
    [
        (before(hours=49), LONG_AGO, None),
        (before(hours=48), LONG_AGO, 48),
        (before(hours=20), LONG_AGO, 48),
        (before(hours=4), LONG_AGO, 4),
        (before(minutes=1), LONG_AGO, 4),
        (END, LONG_AGO, None),
        (END + timedelta(days=1), LONG_AGO, None),
        # Invited 30 hours before the end: the invitation says it all, the last reminder still comes.
        (before(hours=29), before(hours=30), None),
        (before(hours=4), before(hours=30), 4),
        # Invited in the very moment of a reminder, or after the last one.
        (before(hours=40), before(hours=48), None),
        (before(hours=1), before(hours=2), None),
    ],
)
def test_who_is_reminded_when(now, since, expected):
    found = due((48, 4), END, since=since, now=now)

    assert (found.hours if found else None) == expected


def test_hours_may_stand_in_any_order_and_twice():
    found = due((4, 48, 4), END, since=LONG_AGO, now=before(hours=47))
    assert (found.hours, found.at) == (48, before(hours=48))


def test_without_hours_nobody_is_reminded():
    assert due((), END, since=LONG_AGO, now=before(hours=1)) is None


@pytest.mark.parametrize(
    ("now", "since", "expected"),
    [
        (before(hours=49), LONG_AGO, before(hours=48)),
        (before(days=10), LONG_AGO, before(days=10) + LOOK_AGAIN),
        (before(hours=48), LONG_AGO, before(hours=48) + LOOK_AGAIN),
        (before(hours=5), LONG_AGO, before(hours=4)),
        (before(hours=4), LONG_AGO, before(hours=4) + LOOK_AGAIN),
        (before(hours=1), LONG_AGO, END),
        (before(hours=50), before(hours=10), before(hours=50) + LOOK_AGAIN),
        (END, LONG_AGO, None),
    ],
)
def test_when_the_plan_is_looked_at_next(now, since, expected):
    assert next_look((48, 4), END, since=since, now=now) == expected


def test_looking_at_every_planned_moment_finds_every_reminder_once():
    now, said = LONG_AGO, []
    while now is not None:
        found = due((72, 48, 4), END, since=LONG_AGO, now=now)
        if found and found.hours not in said:
            said.append(found.hours)
            assert now == found.at
        now = next_look((72, 48, 4), END, since=LONG_AGO, now=now)
    assert said == [72, 48, 4]


def test_the_time_ends_with_the_first_of_its_ends():
    assert ends_at(None, END, END - timedelta(1)) == END - timedelta(1)
    assert ends_at(None, None) is None
