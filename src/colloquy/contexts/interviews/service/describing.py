"""What an interview says of itself: title, role, description, language, closing time, how long it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.errors import InterviewHasCandidates
from colloquy.contexts.interviews.models import InterviewRow
from colloquy.contexts.interviews.policy.drafts import Description
from colloquy.contexts.interviews.policy.kinds import QuestionOrder
from colloquy.contexts.interviews.service.editing import FROZEN, accept, locked
from colloquy.contexts.interviews.service.reading import vacancy_of
from colloquy.kit import clock
from colloquy.kit.i18n import gettext as _

SAME_FOR_ALL = ("language", "order", "time_limit_minutes")
"""Fields of a description that stay once somebody has started."""


async def describe(db: AsyncSession, actor: Actor, interview_id: UUID, changes: Mapping[str, Any]) -> None:
    """Changes what is in `changes` (names and values of `Description`'s fields) and leaves the rest.

    Once candidates have started, the language, the order and the time limit stay, so that all have the same, and
    answers may not be kept for longer than they were told.
    Raises Forbidden, InterviewNotFound, InvalidInput, InterviewHasCandidates.
    """
    row = await locked(db, actor, interview_id)
    description = replace(description_of(row), **changes).tidied()
    check_description(description, before=row)
    if row.frozen_at is not None:
        before = description_of(row)
        if any(getattr(description, name) != getattr(before, name) for name in SAME_FOR_ALL):
            raise InterviewHasCandidates(_(FROZEN), duplicate=f"/api/interviews/{interview_id}/duplicate")
        if description.retention_days > row.retention_days:
            raise InterviewHasCandidates(
                _(
                    "Candidates were told that their answers are kept for %(retention_days)s days. You can "
                    "shorten this, not lengthen it.",
                    retention_days=row.retention_days,
                )
            )
    write_description(row, description)
    await db.flush()


def description_of(row: InterviewRow) -> Description:
    """What the row says of the interview."""
    return Description(
        title=row.title,
        role_title=row.role_title,
        description=row.description,
        language=row.language,
        retention_days=row.retention_days,
        closes_at=row.closes_at,
        order=QuestionOrder(row.question_order),
        time_limit_minutes=row.time_limit_minutes,
        practice=row.practice,
        blind_review=row.blind_review,
        reminder_hours=tuple(row.reminder_hours),
        vacancy=vacancy_of(row),
    )


def write_description(row: InterviewRow, description: Description) -> None:
    """Puts all of it into the row."""
    row.title = description.title
    row.role_title = description.role_title
    row.description = description.description
    row.language = description.language
    row.retention_days = description.retention_days
    row.closes_at = description.closes_at
    row.question_order = description.order.value
    row.time_limit_minutes = description.time_limit_minutes
    row.practice = description.practice
    row.blind_review = description.blind_review
    row.reminder_hours = list(description.reminder_hours)
    vacancy = description.vacancy
    row.employment_type = None if vacancy is None else vacancy.employment_type.value
    row.vacancy_location = "" if vacancy is None else vacancy.location
    row.vacancy_country = "" if vacancy is None else vacancy.country
    row.vacancy_remote = vacancy is not None and vacancy.remote


def check_description(description: Description, *, before: InterviewRow | None = None) -> None:
    """Raises InvalidInput. A closing time that has passed may stay, but not be chosen."""
    problems = description.problems()
    closes_at = description.closes_at
    unchanged = before is not None and before.closes_at == closes_at
    if closes_at is not None and closes_at <= clock.now() and not unchanged:
        problems["closes_at"] = _("Choose a time in the future, or leave it empty.")
    accept(problems)
