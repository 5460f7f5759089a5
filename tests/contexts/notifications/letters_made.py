"""Letters of every kind, to an English and a Russian reader, and how a mail program would read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from colloquy.contexts.notifications.policy import letters, session_letters
from colloquy.contexts.notifications.policy.composing import Reader
from colloquy.providers.mail.port import Letter

FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
LINK = "https://jobs.example.org/Zx81-token?a=1&b=2"
ENGLISH = Reader("anna@example.org", "Anna Petrova", "en", UTC)
RUSSIAN = Reader("anna@example.org", "Анна Петрова", "ru-RU", ZoneInfo("Europe/Moscow"))


def completed(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "candidate_name": "Ivan Smirnov",
        "answered": 2,
        "questions": 3,
        "completed_at": FRIDAY,
        "link": LINK,
    }
    return letters.interview_completed("effect", reader, **{**values, **changes})


def report(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "candidate_name": "Ivan Smirnov",
        "technical_score": 72,
        "communication_score": 58,
        "overall_score": 65,
        "needs_human": False,
        "reason": None,
        "link": LINK,
    }
    return letters.report_ready("effect", reader, **{**values, **changes})


def thanks(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "evaluated_by_ai": True,
        "contact": "jobs@northwind.example",
    }
    return letters.candidate_thanks("effect", reader, **{**values, **changes})


def invitation(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "questions": 3,
        "minutes": 10,
        "deadline": FRIDAY,
        "link": LINK,
        "contact": "jobs@northwind.example",
    }
    return letters.invitation("effect", reader, **{**values, **changes})


def colleague(reader: Reader, **changes) -> Letter:
    values = {
        "organisation": "Northwind",
        "inviter_name": "Ivan Smirnov",
        "role": "recruiter",
        "expires_at": FRIDAY,
        "link": LINK,
    }
    return letters.colleague_invitation("effect", reader, **{**values, **changes})


def code(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "code": "042917",
        "expires_at": FRIDAY,
        "link": LINK,
    }
    return session_letters.continue_code("effect", reader, **{**values, **changes})


def reminder(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "deadline": FRIDAY,
        "now": FRIDAY - timedelta(hours=48),
        "begun": True,
        "questions_left": 2,
        "minutes": 20,
        "link": LINK,
        "withdraw_link": LINK,
        "notice_link": LINK,
        "contact": "jobs@northwind.example",
    }
    return session_letters.reminder("effect", reader, **{**values, **changes})


def expired(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "ended_at": FRIDAY,
        "answered": 2,
        "questions": 5,
        "data_link": LINK,
        "contact": "jobs@northwind.example",
    }
    return session_letters.expired("effect", reader, **{**values, **changes})


def withdrawn(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "candidate_name": "Ivan Smirnov",
        "answered": 2,
        "questions": 3,
        "withdrawn_at": FRIDAY,
        "kept_until": date(2027, 2, 27),
        "link": LINK,
    }
    return session_letters.withdrawn("effect", reader, **{**values, **changes})


def confirmed(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "interview_title": "Backend engineer",
        "kept_until": date(2027, 2, 27),
        "data_link": LINK,
        "contact": "jobs@northwind.example",
    }
    return session_letters.withdrawal_confirmed("effect", reader, **{**values, **changes})


def webhook(reader: Reader, **changes) -> Letter:
    return letters.webhook_stopped("effect", reader, **{"company": "Northwind", "link": LINK, **changes})


def key(reader: Reader, **changes) -> Letter:
    values = {
        "company": "Northwind",
        "key_name": "Production",
        "prefix": "clq_0123456789ab",
        "account": "Applicant tracking",
        "expires_at": FRIDAY,
        "days": 14,
        "link": LINK,
    }
    return letters.key_ending("effect", reader, **{**values, **changes})


ALL = [completed, report, thanks, invitation, colleague, code, reminder, expired, withdrawn, confirmed, webhook, key]

every_letter = pytest.mark.parametrize("write", ALL, ids=lambda write: write.__name__)
every_language = pytest.mark.parametrize("reader", [ENGLISH, RUSSIAN], ids=["en", "ru"])


class Page(HTMLParser):
    """The words, tags and addresses that a mail program would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        self.words += data

    @property
    def links(self) -> list[str | None]:
        return [value for name, value in self.attributes if name in {"href", "src", "action", "background"}]


def both_tellings(letter: Letter) -> tuple[str, str]:
    """Both tellings with white space folded: the plain one and the words of the HTML one."""
    return " ".join(letter.text.split()), " ".join(Page(letter.html).words.split())
