"""Rubrics: each version that answers were judged by is kept, and a new one is made beside them.

Once candidates have started, questions stay as they were asked. What their answers are judged by may be revised:
nobody's scores move by that, until a person has the answers scored again and adopts the outcome.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.errors import InterviewNotFound, RubricUnchanged, WrongState
from colloquy.contexts.interviews.policy.interview import Interview
from colloquy.contexts.interviews.policy.rubric import RubricDraft, RubricVersion, as_of, document_of, problems, tidied
from colloquy.contexts.interviews.queries import content, rubrics
from colloquy.contexts.interviews.service.editing import accept, locked
from colloquy.contexts.interviews.service.reading import interview
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


async def keep_rubric(db: AsyncSession, scope: Scope, interview_id: UUID) -> None:
    """Keeps the rubric as it is now; once a version, however often it is called."""
    found = await interview(db, scope, interview_id)
    if found is not None:
        await _keep(db, scope, found, None, "")


async def keep_first_rubric(db: AsyncSession, scope: Scope, interview_id: UUID) -> None:
    """Keeps the rubric that the first candidate began with; later ones keep themselves when they are made."""
    if not await rubrics.any_kept(db, scope, interview_id):
        await keep_rubric(db, scope, interview_id)


async def with_rubric(db: AsyncSession, scope: Scope, now: Interview, version: str | None) -> Interview | None:
    """The interview as that version of its rubric has it; None when the version was not kept.

    Versions are kept since rubrics can be revised; before that there was only one, which is today's.
    """
    if version is None or version == now.rubric_version:
        return now
    row = await rubrics.kept(db, scope, now.id, version)
    return None if row is None else as_of(now, version, row.document)


async def rubric_versions(db: AsyncSession, scope: Scope, interview_id: UUID) -> list[RubricVersion]:
    """The versions that are kept, the last one first."""
    return [
        RubricVersion(row.version, row.note, row.made_by, row.made_at)
        for row in await rubrics.versions(db, scope, interview_id)
    ]


async def revise_rubric(db: AsyncSession, actor: Actor, interview_id: UUID, draft: RubricDraft) -> Interview:
    """Makes a new version of the rubric of an interview that has candidates; returns the interview with it.

    Answers judged from now on go by it; those judged before keep theirs until they are scored again. Raises Forbidden,
    InterviewNotFound, WrongState before anybody has started (then it is simply edited), InvalidInput, RubricUnchanged.
    """
    row = await locked(db, actor, interview_id)
    before = await interview(db, actor.scope, interview_id)
    if before is None:
        raise InterviewNotFound(_("There is no such interview."))
    if row.frozen_at is None:
        raise WrongState(_("Nobody has started yet: change the competencies and questions themselves."))
    draft = tidied(draft, before)
    accept(problems(draft, before))
    await _keep(db, actor.scope, before, None, "")
    await _write(db, actor.scope, interview_id, draft)
    after = await interview(db, actor.scope, interview_id)
    assert after is not None  # noqa: S101 - it is locked by this transaction
    if after.rubric_version == before.rubric_version:
        raise RubricUnchanged(_("Nothing was changed, so there is no new version."))
    await _keep(db, actor.scope, after, actor.person_id, draft.note)
    return after


async def _write(db: AsyncSession, scope: Scope, interview_id: UUID, draft: RubricDraft) -> None:
    for competency in await content.competencies(db, scope, interview_id):
        given = draft.competencies.get(competency.id)
        if given is not None:
            competency.description, competency.weight = given.description, given.weight
            competency.anchors = [{"level": level, "text": text} for level, text in given.anchors.items()]
    for question in await content.questions(db, scope, [interview_id]):
        if question.id in draft.points:
            question.expected_points = list(draft.points[question.id])
    await db.flush()


async def _keep(db: AsyncSession, scope: Scope, found: Interview, made_by: UUID | None, note: str) -> None:
    await rubrics.keep(
        db,
        {
            "id": new_id(),
            "org_id": scope.org_id,
            "interview_id": found.id,
            "version": found.rubric_version,
            "document": document_of(found),
            "made_by": made_by,
            "note": note,
            "made_at": clock.now(),
        },
    )
