"""The notice a candidate reads before anything is recorded, from versioned texts packaged with the product.

A published text is never edited: a new wording is a new version, because the hash of what somebody read is in the
consent ledger. `tests/contexts/privacy/test_notice.py` pins the texts.

The texts are lines: `# title`, `## heading`, and paragraphs; `[video]` before a paragraph keeps it only where that
word holds (see `_conditions`), and `$name` is filled in.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

VERSION = "2026-11-3"
LANGUAGES = ("en", "ru")
_GIVEN = frozenset({"single_choice", "multiple_choice", "number", "link"})
KINDS = frozenset({"video", "audio", "text", "file", "conversation"}) | _GIVEN

_CONDITION = re.compile(r"\[([a-z-]+)\] ")


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
) -> Notice:
    """The current notice in `language` (English where there is no translation).

    `kinds` are the kinds of answers the interview asks for, out of `KINDS`; `contact` is where the organisation
    answers questions about data. Raises ValueError when `kinds` is empty or unknown, since such a
    notice would say nothing of what is recorded.
    """
    if not kinds or kinds - KINDS:
        raise ValueError(f"A notice is for kinds of answers out of {sorted(KINDS)}; got {sorted(kinds)}.")
    language = language if language in LANGUAGES else LANGUAGES[0]
    values = {
        "organisation": _one_line(organisation_name),
        "interview": _one_line(interview_title),
        "retention": _days(language, retention_days),
        "contact": _one_line(contact or ""),
    }
    title, sections = _fill(_lines(language), _conditions(kinds, contact), values)
    text = "\n\n".join("\n\n".join((section.heading, *section.paragraphs)) for section in sections)
    digest = hashlib.sha256(f"{language}\n\n{title}\n\n{text}".encode()).hexdigest()
    return Notice(VERSION, language, title, sections, text, digest)


@cache
def _lines(language: str) -> tuple[str, ...]:
    text = files(__package__).joinpath(f"texts/{VERSION}.{language}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _conditions(kinds: frozenset[str], contact: str | None) -> frozenset[str]:
    # In a conversation one may speak as well.
    spoken = "recorded" if kinds & {"video", "audio", "conversation"} else "typed-only"
    given = {"given"} if kinds & _GIVEN else set()
    return kinds | given | {spoken, "contact" if contact else "no-contact"}


def _fill(
    lines: tuple[str, ...], conditions: frozenset[str], values: dict[str, str]
) -> tuple[str, tuple[Section, ...]]:
    title, found = "", list[tuple[str, list[str]]]()
    for line in lines:
        condition = _CONDITION.match(line)
        if condition and condition[1] not in conditions:
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
