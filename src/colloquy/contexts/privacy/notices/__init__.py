"""The notice a candidate reads before anything is recorded, from versioned texts packaged with the product.

A published text is never edited: a new wording is a new version, because the hash of what somebody read is in the
consent ledger. `tests/contexts/privacy/test_notice.py` pins the texts.

The texts are lines: `# title`, `## heading`, and paragraphs; `[video]` before a line keeps it only where that word
holds (see `_conditions`; several must all hold), and `$name` is filled in. What a place adds is a text of its own, put
before the last section; the version of what is shown names every text that is in it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from string import Template

VERSION = "2026-11-4"
ADDED = {
    "longer": "1",
    "eu": "1",
    "uk": "1",
    "nyc": "1",
    "illinois": "1",
    "california": "1",
    "colorado": "1",
    "russia": "1",
}
"""The current version of each text that can be added, in the order in which they are shown."""
LANGUAGES = ("en", "ru")
_GIVEN = frozenset({"single_choice", "multiple_choice", "number", "link"})
KINDS = frozenset({"video", "audio", "text", "file", "conversation"}) | _GIVEN

_CONDITIONS = re.compile(r"((?:\[[a-z-]+\])+) ")


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds where the interview is, for the notice. `places` are names out of `ADDED`.

    `longer_days`: for how long the organisation offers to keep an interview; None: it does not. `told` and
    `program_from` are days, where a program has to be announced first.
    """

    places: tuple[str, ...] = ()
    people_only: bool = False
    longer_days: int | None = None
    told: date | None = None
    program_from: date | None = None


NO_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the paragraphs under it, plain text."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What is shown, exactly. `hash` is the SHA-256 (hex) of language, title and text."""

    version: str
    language: str
    title: str
    sections: tuple[Section, ...]
    text: str
    hash: str


def notice(
    language: str,
    organisation_name: str,
    interview_title: str,
    *,
    kinds: frozenset[str],
    retention_days: int,
    contact: str | None = None,
    terms: Terms = NO_TERMS,
) -> Notice:
    """The current notice in `language` (English where there is no translation).

    `kinds` are the kinds of answers the interview asks for, out of `KINDS`; `contact` is where the organisation
    answers questions about data; `terms` are those of the places whose rules hold. Raises ValueError when `kinds` is
    empty or unknown, since such a notice would say nothing of what is recorded.
    """
    if not kinds or kinds - KINDS:
        raise ValueError(f"A notice is for kinds of answers out of {sorted(KINDS)}; got {sorted(kinds)}.")
    language = language if language in LANGUAGES else LANGUAGES[0]
    values = {
        "organisation": _one_line(organisation_name),
        "interview": _one_line(interview_title),
        "retention": _days(language, retention_days),
        "contact": _one_line(contact or ""),
        "longer": _days(language, terms.longer_days or 0),
        "told": _day(language, terms.told),
        "from": _day(language, terms.program_from),
    }
    wanted = {*terms.places, *(("longer",) if terms.longer_days else ())}
    names = [f"{name}-{number}" for name, number in ADDED.items() if name in wanted]
    conditions = _conditions(kinds, contact, terms)
    title, sections = _fill(_lines(VERSION, language), conditions, values)
    added = tuple(section for name in names for section in _fill(_lines(name, language), conditions, values)[1])
    sections = (*sections[:-1], *added, sections[-1])
    text = "\n\n".join("\n\n".join((section.heading, *section.paragraphs)) for section in sections)
    digest = hashlib.sha256(f"{language}\n\n{title}\n\n{text}".encode()).hexdigest()
    return Notice(" ".join((VERSION, *names)), language, title, sections, text, digest)


@cache
def _lines(name: str, language: str) -> tuple[str, ...]:
    text = files(__package__).joinpath(f"texts/{name}.{language}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _conditions(kinds: frozenset[str], contact: str | None, terms: Terms) -> frozenset[str]:
    # In a conversation one may speak as well.
    spoken = "recorded" if kinds & {"video", "audio", "conversation"} else "typed-only"
    given = {"given"} if kinds & _GIVEN else set()
    evaluated = "people-only" if terms.people_only else "program"
    return kinds | given | {spoken, evaluated, "contact" if contact else "no-contact"}


def _fill(
    lines: tuple[str, ...], conditions: frozenset[str], values: dict[str, str]
) -> tuple[str, tuple[Section, ...]]:
    title, found = "", list[tuple[str, list[str]]]()
    for line in lines:
        condition = _CONDITIONS.match(line)
        if condition and not conditions.issuperset(condition[1][1:-1].split("][")):
            continue
        text = Template(line[condition.end() :] if condition else line).substitute(values)
        if text.startswith("## "):
            found.append((text.removeprefix("## "), []))
        elif text.startswith("# "):
            title = text.removeprefix("# ")
        else:
            found[-1][1].append(text)
    return title, tuple(Section(heading, tuple(paragraphs)) for heading, paragraphs in found)


def _one_line(text: str) -> str:
    # A line break in a name would let it pass for a paragraph or a heading of the notice.
    return " ".join(text.split())


def _day(language: str, day: date | None) -> str:
    if day is None:
        return ""
    # Babel reads its calendars from files, and most notices name no day.
    from babel.dates import format_date

    return format_date(day, "d MMMM y", locale=language)


def _days(language: str, days: int) -> str:
    if language == "ru":
        return f"{days} {_russian_days(days)}"
    return f"{days} day" if days == 1 else f"{days} days"


def _russian_days(days: int) -> str:
    # Plural forms as in CLDR: 1 день, 2 дня, 5 дней, 11 дней, 21 день.
    if days % 10 == 1 and days % 100 != 11:  # noqa: PLR2004 - the numbers are the rule
        return "день"
    if days % 10 in {2, 3, 4} and days % 100 not in {12, 13, 14}:
        return "дня"
    return "дней"
