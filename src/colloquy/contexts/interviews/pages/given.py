"""What these pages are given: who looks, and forms turned into drafts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.interviews.errors import InterviewNotFound
from colloquy.contexts.interviews.policy.drafts import NORMAL_WEIGHT, CompetencyDraft
from colloquy.contexts.interviews.policy.interview import LEVELS, CompetencyKind, Interview
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.service import reading
from colloquy.kit.crypto import Secret
from colloquy.kit.http.state import instance
from colloquy.kit.i18n import gettext as _
from colloquy.kit.numbers import whole as whole_number
from colloquy.kit.site import Site

TheSecret = Annotated[Secret, instance(Secret)]
TheSite = Annotated[Site, instance(Site)]


async def _viewer(actor: CurrentActor) -> Actor:
    actor.require(Permission.INTERVIEWS_VIEW)
    return actor


Viewer = Annotated[Actor, Depends(_viewer)]
"""Somebody who may see interviews; what changes them asks for more, in its use case."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent: text by name, each name any number of times."""

    values: dict[str, list[str]]

    def text(self, name: str) -> str:
        """The first value; empty when the field was left out."""
        return self.values.get(name, [""])[0]

    def texts(self, name: str) -> list[str]:
        """All values of a field that may be chosen several times."""
        return self.values.get(name, [])

    def number(self, name: str, problems: Problems, *, default: int = 0) -> int:
        """A whole number; one that is not is added to `problems` and taken for `default`."""
        text = self.text(name).strip()
        found = whole_number(text.removeprefix("-"))
        if found is None:
            problems[name] = _("Write a whole number.")
            return default
        return -found if text.startswith("-") else found

    def ids(self, name: str) -> tuple[UUID, ...]:
        """Ids; what is not an id was not sent by our page and is left out."""
        return tuple(found for value in self.texts(name) if (found := an_id(value)) is not None)


async def _sent(request: Request) -> Sent:
    form = await request.form()
    values: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value)
    return Sent(values)


SentForm = Annotated[Sent, Depends(_sent)]


def an_id(text: str) -> UUID | None:
    """The id, or None for any other text."""
    try:
        return UUID(text)
    except ValueError:
        return None


async def whole(db: AsyncSession, actor: Actor, interview_id: UUID) -> Interview:
    """The interview with everything in it. Raises InterviewNotFound."""
    found = await reading.interview(db, actor.scope, interview_id)
    if found is None:
        raise InterviewNotFound(_("There is no such interview. It may have been deleted."))
    return found


def competency_draft(sent: Sent) -> tuple[CompetencyDraft, Problems]:
    """The competency that was sent."""
    problems: Problems = {}
    try:
        kind = CompetencyKind(sent.text("kind"))
    except ValueError:
        kind = CompetencyKind.BEHAVIOURAL
        problems["kind"] = _("Choose what it counts towards.")
    draft = CompetencyDraft(
        name=sent.text("name"),
        description=sent.text("description"),
        kind=kind,
        weight=sent.number("weight", problems, default=NORMAL_WEIGHT),
        anchors={level: sent.text(f"anchor_{level}") for level in LEVELS},
    )
    return draft, problems


def last_day(closes_at: datetime | None) -> str:
    """The last day on which candidates may start, as a date field has it (UTC); empty for none."""
    return "" if closes_at is None else (closes_at.astimezone(UTC) - timedelta(microseconds=1)).date().isoformat()


def end_of(day: str, problems: Problems) -> datetime | None:
    """The moment after that day (UTC), from a date field; None for an empty one."""
    if not day.strip():
        return None
    try:
        after = date.fromisoformat(day.strip()) + timedelta(days=1)
    except (ValueError, OverflowError):
        problems["last_day"] = _("Write the date as 2026-12-31.")
        return None
    return datetime(after.year, after.month, after.day, tzinfo=UTC)


def choices(common: Iterable[int], current: int) -> list[int]:
    """The common values with the current one among them, in order."""
    return sorted({*common, current})
