"""Candidates' addresses as people paste them: from a mail, a spreadsheet, a list."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from colloquy.kit.i18n import gettext as _

MAX_INVITATIONS = 500
_LONGEST_NAME = 200
_IN_ANGLES = re.compile(r"^(?P<name>[^<>]*?)\s*<\s*(?P<email>[^<>\s]+)\s*>$")
_SEVERAL = re.compile(r"[,;]\s*(?=(?:[^<>@,;\"]*<)?[^\s<>@,;]+@)")


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody to invite. `email` is normalised; `name` may be empty."""

    email: str
    name: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that names nobody who can be written to. `number` counts the pasted lines from 1."""

    number: int
    text: str
    problem: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was found: people in the order they stand, each once, and the lines that could not be read."""

    people: tuple[Invitee, ...]
    bad: tuple[BadLine, ...]


def read_invitees(text: str) -> Pasted:
    """Reads `Name <address>`, `address`, `Name, address` and `address, Name`, one a line or several with commas.

    Tabs and semicolons part columns as well, quoted names are unquoted. A repeated address counts once.
    """
    people: dict[str, Invitee] = {}
    bad: list[BadLine] = []
    for number, line in enumerate(text.splitlines(), 1):
        for entry in _entries(line.strip()):
            found = _read(entry)
            if isinstance(found, Invitee):
                people.setdefault(found.email.lower(), found)
            else:
                bad.append(BadLine(number, entry[:_LONGEST_NAME], found))
    return Pasted(tuple(people.values()), tuple(bad))


def _entries(line: str) -> Iterator[str]:
    """The people of one line: parted where a comma or semicolon is followed by another whole address."""
    start = 0
    for boundary in _SEVERAL.finditer(line):
        # `Ada, ada@example.com` is one person: nobody's address ends before this comma.
        if "@" in line[start : boundary.start()]:
            yield line[start : boundary.start()]
            start = boundary.end()
    if rest := line[start:].strip(" ,;"):
        yield rest


def _read(entry: str) -> Invitee | str:
    """The person, or what is wrong with the entry."""
    angles = _IN_ANGLES.match(entry)
    if angles:
        return _person(angles["email"], angles["name"])
    columns = _columns(entry)
    addresses = [column for column in columns if "@" in column]
    if not addresses:
        return _("There is no e-mail address in this line.")
    if len(addresses) > 1:
        return _("There is more than one e-mail address here. Put each on its own line.")
    return _person(addresses[0], " ".join(column for column in columns if column != addresses[0]))


def _columns(entry: str) -> list[str]:
    for separator in "\t", ";", ",":
        if separator in entry:
            parts = next(csv.reader([entry], delimiter=separator, skipinitialspace=True))
            return [part.strip() for part in parts if part.strip()]
    return [entry.strip().strip('"')]


def _person(email: str, name: str) -> Invitee | str:
    try:
        # Intranet names (`ada@mail.corp`) are good addresses; a name without any dot is a slip of the pen.
        checked = validate_email(email, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as problem:
        return _("This is not an e-mail address: %(problem)s", problem=problem)
    if "." not in checked.domain:
        return _("This is not an e-mail address: %(domain)s is not the name of a mail server.", domain=checked.domain)
    name = " ".join(name.strip().strip("\"'").split())
    if len(name) > _LONGEST_NAME:
        return _("This name is longer than %(number)s characters.", number=_LONGEST_NAME)
    return Invitee(checked.normalized, name)
