"""The first steps of every change: may they, is it there, is it still allowed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews.errors import (
    InterviewHasCandidates,
    InterviewIncomplete,
    InterviewNotFound,
    InvalidInput,
)
from colloquy.contexts.interviews.models import InterviewRow
from colloquy.contexts.interviews.policy.interview import InterviewState
from colloquy.contexts.interviews.policy.readiness import checks
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.queries import content
from colloquy.contexts.interviews.service.reading import competency_of, numbered
from colloquy.kit import clock
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _

UNDO_FOR = timedelta(hours=1)
FROZEN = N_(
    "Candidates have started this interview, so its questions and competencies stay as they were asked. "
    "Duplicate it to change them."
)


async def locked(db: AsyncSession, actor: Actor, interview_id: UUID) -> InterviewRow:
    """The interview's row, locked for a change and marked as changed now. Raises Forbidden, InterviewNotFound."""
    actor.require(Permission.INTERVIEWS_EDIT)
    row = await content.lock_interview(db, actor.scope, interview_id)
    if row is None:
        raise InterviewNotFound(_("There is no such interview."))
    row.updated_at = clock.now()
    return row


async def editable(db: AsyncSession, actor: Actor, interview_id: UUID) -> InterviewRow:
    """The same, for a change of questions or competencies. Raises InterviewHasCandidates as well."""
    row = await locked(db, actor, interview_id)
    if row.frozen_at is not None:
        raise InterviewHasCandidates(_(FROZEN), duplicate=f"/api/interviews/{interview_id}/duplicate")
    return row


async def require_complete(db: AsyncSession, actor: Actor, interview_id: UUID) -> None:
    """Raises InterviewIncomplete, whose `missing` lists what to do, unless candidates could be asked this."""
    questions = numbered(
        await content.questions(db, actor.scope, [interview_id]), await content.probes(db, actor.scope, interview_id)
    )
    competencies = [competency_of(found) for found in await content.competencies(db, actor.scope, interview_id)]
    missing = [check for check in checks(questions, competencies) if not check.done and not check.warning]
    if missing:
        first = missing[0].text
        raise InterviewIncomplete(
            first
            if len(missing) == 1
            else _("%(given)s things are missing. First: %(first)s", given=len(missing), first=first),
            missing=[{"code": check.code, "text": check.text, "number": check.number} for check in missing],
        )


async def changed(db: AsyncSession, actor: Actor, row: InterviewRow) -> None:
    """The last step of every change of questions or competencies: what candidates can open stays complete.

    Raises InterviewIncomplete; the caller's transaction (or savepoint) must then be rolled back.
    """
    await db.flush()
    if row.state != InterviewState.DRAFT:
        await require_complete(db, actor, row.id)


def accept(problems: Problems) -> None:
    """Raises InvalidInput when there are problems; its text is the only one, or says how many there are."""
    if problems:
        first = next(iter(problems.values()))
        raise InvalidInput(
            first if len(problems) == 1 else _("%(given)s things need another look.", given=len(problems)),
            fields=problems,
        )
