"""The calendar entry of a deadline: what a calendar program reads is what was meant, whatever people are called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from colloquy.contexts.notifications.policy import deadline as deadlines
from colloquy.contexts.notifications.policy.deadline import Deadline

ENDS = datetime(2026, 12, 4, 18, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LINK = "https://jobs.example.org/Zx81-token"
ABOUT = UUID("0193a1b2-0000-7000-8000-000000000001")


def made(**changes) -> Deadline:
    values = {
        "about_id": ABOUT,
        "ends_at": ENDS,
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "language": "en",
        "link": LINK,
        "host": "jobs.example.org",
    }
    return Deadline(**{**values, **changes})


def read(raw: bytes):
    entry = Calendar.from_ical(raw)
    (event,) = entry.walk("VEVENT")
    return entry, event


def test_a_calendar_reads_when_what_and_where():
    entry, event = read(deadlines.calendar(made(), at=NOW))

    assert (str(entry["VERSION"]), str(entry["METHOD"])) == ("2.0", "PUBLISH")
    assert str(event["UID"]) == f"{ABOUT}@jobs.example.org"
    assert event.decoded("DTSTAMP") == NOW
    assert event.decoded("DTSTART") == ENDS
    assert str(event["SUMMARY"]) == "Interview closes: Backend engineer (Northwind)"
    assert str(event["URL"]) == LINK
    assert LINK in str(event["DESCRIPTION"])
    assert str(event["TRANSP"]) == "TRANSPARENT"
    (alarm,) = entry.walk("VALARM")
    assert str(alarm["ACTION"]) == "DISPLAY"
    assert alarm.decoded("TRIGGER") == -timedelta(hours=24)


def test_times_are_written_in_utc_whatever_zone_they_came_in():
    moscow = timezone(timedelta(hours=3))
    raw = deadlines.calendar(made(ends_at=ENDS.astimezone(moscow)), at=NOW.astimezone(moscow))

    assert b"DTSTART:20261204T183000Z" in raw
    assert b"DTSTAMP:20261121T090000Z" in raw


def test_the_same_deadline_moved_is_the_same_entry():
    _, before = read(deadlines.calendar(made(), at=NOW))
    _, after = read(deadlines.calendar(made(ends_at=ENDS + timedelta(days=2)), at=NOW + timedelta(hours=1)))

    assert before["UID"] == after["UID"]
    assert before.decoded("DTSTAMP") < after.decoded("DTSTAMP")


def test_a_near_deadline_rings_while_there_is_time():
    entry, _ = read(deadlines.calendar(made(), at=ENDS - timedelta(hours=5)))

    (alarm,) = entry.walk("VALARM")
    assert alarm.decoded("TRIGGER") == -timedelta(hours=2)


def test_the_entry_speaks_the_language_of_the_interview():
    _, event = read(deadlines.calendar(made(language="ru", interview_title="Разработчик"), at=NOW))

    assert str(event["SUMMARY"]) == "Интервью закрывается: Разработчик (Northwind)"
    assert event["SUMMARY"].params["LANGUAGE"] == "ru"


NAMES = [
    'Comma, semicolon; colon: backslash\\ and "quotes"',
    "Line\nbreak\r\nEND:VEVENT\r\nBEGIN:VEVENT",
    "李小龍 😀👩‍👩‍👧 " * 10,
    "A" * 300,
    "%(link)s {0} ${x}",
    "\\n \\, \\;",
]


@pytest.mark.parametrize("name", NAMES)
def test_odd_names_are_text_and_nothing_else(name):
    raw = deadlines.calendar(made(company=name, interview_title=name), at=NOW)

    entry, event = read(raw)
    assert len(entry.walk("VEVENT")) == 1
    assert event.decoded("DTSTART") == ENDS
    assert len(event.errors) == 0
    assert "\n" not in str(event["SUMMARY"])
    kept = " ".join(name.split())[:60]
    assert kept in str(event["SUMMARY"])


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_every_line_is_short_and_the_text_comes_back(name):
    raw = deadlines.calendar(made(interview_title=name), at=NOW)

    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    entry, event = read(raw)
    assert len(entry.walk("VEVENT")) == 1
    assert str(event["SUMMARY"]).startswith("Interview closes: ")
    assert str(event["SUMMARY"]).endswith("(Northwind)")


def test_as_part_of_a_letter_it_says_its_method():
    attached = deadlines.attachment(made(), at=NOW)

    assert (attached.name, attached.content_type) == ("deadline.ics", "text/calendar")
    assert attached.parameters == (("method", "PUBLISH"),)
    read(attached.data)
