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
from colloquy.contexts.interviews.service.editing import FROZEN, accept, locked
from colloquy.kit import clock


async def describe(db: AsyncSession, actor: Actor, interview_id: UUID, changes: Mapping[str, Any]) -> None:
    """Changes what is in `changes` (names and values of `Description`'s fields) and leaves the rest.

    Once candidates have started, the language stays, and answers may not be kept for longer than they were told.
    Raises Forbidden, InterviewNotFound, InvalidInput, InterviewHasCandidates.
    """
    row = await locked(db, actor, interview_id)
    description = replace(_description(row), **changes).tidied()
    check_description(description, before=row)
    if row.frozen_at is not None:
        if description.language != row.language:
            raise InterviewHasCandidates(FROZEN, duplicate=f"/api/interviews/{interview_id}/duplicate")
        if description.retention_days > row.retention_days:
            raise InterviewHasCandidates(
                f"Candidates were told that their answers are kept for {row.retention_days} days. "
                "You can shorten this, not lengthen it."
            )
    row.title = description.title
    row.role_title = description.role_title
    row.description = description.description
    row.language = description.language
    row.retention_days = description.retention_days
    row.closes_at = description.closes_at
    await db.flush()


def _description(row: InterviewRow) -> Description:
    return Description(
        title=row.title,
        role_title=row.role_title,
        description=row.description,
        language=row.language,
        retention_days=row.retention_days,
        closes_at=row.closes_at,
    )


def check_description(description: Description, *, before: InterviewRow | None = None) -> None:
    """Raises InvalidInput. A closing time that has passed may stay, but not be chosen."""
    problems = description.problems()
    closes_at = description.closes_at
    unchanged = before is not None and before.closes_at == closes_at
    if closes_at is not None and closes_at <= clock.now() and not unchanged:
        problems["closes_at"] = "Choose a time in the future, or leave it empty."
    accept(problems)
