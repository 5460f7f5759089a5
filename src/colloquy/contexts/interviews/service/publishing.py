"""The life of an interview: published, closed, opened again; and a draft that is thrown away."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.errors import InterviewIncomplete, WrongState
from colloquy.contexts.interviews.events import InterviewPublished
from colloquy.contexts.interviews.policy.interview import InterviewState
from colloquy.contexts.interviews.service.editing import locked, require_complete
from colloquy.contexts.interviews.service.reading import state_now
from colloquy.kit import clock
from colloquy.kit.events import publish as announce
from colloquy.kit.i18n import gettext as _


async def publish(db: AsyncSession, actor: Actor, interview_id: UUID) -> None:
    """Opens a draft to candidates.

    Raises Forbidden, InterviewNotFound, WrongState, and InterviewIncomplete whose `missing` lists what to do.
    """
    row = await locked(db, actor, interview_id)
    if row.state != InterviewState.DRAFT:
        raise WrongState(_("This interview has been published before."), state=row.state)
    await require_complete(db, actor, interview_id)
    now = clock.now()
    if row.closes_at is not None and row.closes_at <= now:
        raise InterviewIncomplete(
            _("The closing time has passed. Choose a later one, then publish."),
            missing=[{"code": "closes_in_the_future", "text": _("Choose a closing time in the future, or none.")}],
        )
    row.state = InterviewState.PUBLISHED.value
    row.published_at = now
    await db.flush()
    await announce(db, InterviewPublished(actor.scope.org_id, interview_id))


async def close(db: AsyncSession, actor: Actor, interview_id: UUID) -> None:
    """Admits no more candidates; those who have started may finish. Raises WrongState unless it is published."""
    row = await locked(db, actor, interview_id)
    if state_now(row, clock.now()) is not InterviewState.PUBLISHED:
        raise WrongState(_("Only an open interview can be closed."), state=row.state)
    row.state = InterviewState.CLOSED.value
    await db.flush()


async def reopen(db: AsyncSession, actor: Actor, interview_id: UUID) -> None:
    """Admits candidates again; a closing time that has passed is taken away. Raises WrongState unless closed."""
    row = await locked(db, actor, interview_id)
    now = clock.now()
    if state_now(row, now) is not InterviewState.CLOSED:
        raise WrongState(_("Only a closed interview can be opened again."), state=row.state)
    await require_complete(db, actor, interview_id)
    row.state = InterviewState.PUBLISHED.value
    if row.closes_at is not None and row.closes_at <= now:
        row.closes_at = None
    await db.flush()


async def delete_draft(db: AsyncSession, actor: Actor, interview_id: UUID) -> None:
    """Deletes a draft and everything in it. Raises WrongState for anything that candidates may have seen."""
    row = await locked(db, actor, interview_id)
    if row.state != InterviewState.DRAFT or row.frozen_at is not None:
        raise WrongState(_("Only a draft can be deleted. Close this interview instead."), state=row.state)
    await db.delete(row)
    await db.flush()
