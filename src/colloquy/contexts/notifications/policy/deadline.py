"""The end of the time to answer as an iCalendar entry (RFC 5545): for the calendar of the candidate.

An entry without length at the deadline that keeps nobody busy, with an alarm before it. Sent to the same candidate
again, it replaces itself: the UID comes from what the deadline is of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from colloquy.contexts.notifications.policy.wording import TITLE_LENGTH, Language, language_of, one_line
from colloquy.providers.mail.port import Attachment

FILE_NAME = "deadline.ics"
CONTENT_TYPE = "text/calendar"
METHOD = "PUBLISH"
"""RFC 5546, section 3.2.1: an entry that is offered, and that nobody has to answer."""

ALARM_HOURS = 24
SHORT_ALARM_HOURS = 2
"""For deadlines that are nearer than the usual alarm."""

_WORDS = {
    Language.ENGLISH: (
        "Interview closes: %(title)s (%(company)s)",
        "The interview can be taken until this time, in the browser of a phone or a computer: %(link)s",
    ),
    Language.RUSSIAN: (
        "Интервью закрывается: %(title)s (%(company)s)",
        "До этого времени интервью можно пройти в браузере телефона или компьютера: %(link)s",
    ),
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when what can be answered, and where. `about_id` is the invitation, link or session it is the end of."""

    about_id: UUID
    ends_at: datetime
    company: str
    interview_title: str
    language: str
    link: str
    host: str


def calendar(deadline: Deadline, *, at: datetime) -> bytes:
    """The entry as the bytes of an `.ics` file, made `at` that moment: UTF-8, CRLF, folded at 75 octets."""
    # Imported where it is used: it takes longer to load than most pages take to answer.
    from icalendar import Alarm, Calendar, Event, vUri

    language = language_of(deadline.language)
    summary, description = _WORDS[language]
    values = {
        "title": one_line(deadline.interview_title, TITLE_LENGTH),
        "company": one_line(deadline.company, TITLE_LENGTH),
        "link": deadline.link,
    }
    event = Event()
    event.add("uid", f"{deadline.about_id}@{deadline.host}")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", deadline.ends_at.astimezone(UTC))
    event.add("summary", summary % values, {"LANGUAGE": str(language)})
    event.add("description", description % values, {"LANGUAGE": str(language)})
    event.add("url", vUri(deadline.link))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary % values)
    alarm.add("trigger", -_alarm(deadline.ends_at - at))
    event.add_component(alarm)
    entry = Calendar()
    entry.add("prodid", "-//Colloquy//Interviews//EN")
    entry.add("version", "2.0")
    entry.add("method", METHOD)
    entry.add_component(event)
    return bytes(entry.to_ical())


def attachment(deadline: Deadline, *, at: datetime) -> Attachment:
    """The entry as part of a letter."""
    return Attachment(FILE_NAME, CONTENT_TYPE, calendar(deadline, at=at), (("method", METHOD),))


def _alarm(left: timedelta) -> timedelta:
    hours = ALARM_HOURS if left > timedelta(hours=ALARM_HOURS) else SHORT_ALARM_HOURS
    return timedelta(hours=hours)
