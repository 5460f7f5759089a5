"""Questions: adding, changing, removing with a way back, and their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.errors import OrderChanged, QuestionNotFound, TooMany
from colloquy.contexts.interviews.models import QuestionRow
from colloquy.contexts.interviews.policy import documents
from colloquy.contexts.interviews.policy.drafts import QuestionDraft
from colloquy.contexts.interviews.policy.interview import MAX_QUESTIONS
from colloquy.contexts.interviews.policy.question_parts import named_options
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.queries import content
from colloquy.contexts.interviews.service.creating import question_from, write_question
from colloquy.contexts.interviews.service.editing import UNDO_FOR, accept, changed, editable
from colloquy.contexts.interviews.service.paths import path_problems, refuse_broken_paths
from colloquy.contexts.interviews.service.reading import numbered
from colloquy.kit import clock
from colloquy.kit.i18n import gettext as _


async def add_question(db: AsyncSession, actor: Actor, interview_id: UUID, draft: QuestionDraft) -> UUID:
    """Adds a question at the end; returns its id.

    Raises Forbidden, InterviewNotFound, InterviewHasCandidates, InvalidInput, TooMany, and InterviewIncomplete when
    candidates can open the interview and the question does not say what it is to find out.
    """
    interview = await editable(db, actor, interview_id)
    existing = await content.questions(db, actor.scope, [interview_id])
    _room_for_one(existing)
    draft = await _accepted(db, actor, interview_id, draft, existing)
    row = question_from(draft, actor.scope.org_id, interview_id, _end(existing))
    db.add(row)
    await db.flush()
    await content.set_probes(db, actor.scope, row.id, draft.competency_ids)
    await changed(db, actor, interview)
    return row.id


async def change_question(
    db: AsyncSession, actor: Actor, interview_id: UUID, question_id: UUID, draft: QuestionDraft
) -> None:
    """Replaces a question's text and rules. Raises as `add_question`, and QuestionNotFound."""
    interview = await editable(db, actor, interview_id)
    row = await _question(db, actor, interview_id, question_id)
    existing = await content.questions(db, actor.scope, [interview_id])
    draft = await _accepted(db, actor, interview_id, draft, existing, place=existing.index(row))
    write_question(row, draft)
    await db.flush()
    await content.set_probes(db, actor.scope, question_id, draft.competency_ids)
    await changed(db, actor, interview)


async def remove_question(db: AsyncSession, actor: Actor, interview_id: UUID, question_id: UUID) -> None:
    """Takes a question out. It can be brought back for an hour (see `restore_question`).

    Raises QuestionNeeded while other questions are asked only after its answer.
    """
    interview = await editable(db, actor, interview_id)
    row = await _question(db, actor, interview_id, question_id)
    left = [one for one in await content.questions(db, actor.scope, [interview_id]) if one.id != question_id]
    refuse_broken_paths(left, numbered_as=await _numbers(db, actor, interview_id))
    now = clock.now()
    await content.forget_deleted(db, actor.scope, interview_id, now - UNDO_FOR)
    row.deleted_at = now
    await changed(db, actor, interview)


async def restore_question(db: AsyncSession, actor: Actor, interview_id: UUID, question_id: UUID) -> None:
    """Brings a removed question back to where it was. Raises QuestionNotFound when there is nothing to undo."""
    interview = await editable(db, actor, interview_id)
    row = await content.question(db, actor.scope, interview_id, question_id, deleted=True)
    if row is None or row.deleted_at is None or row.deleted_at < clock.now() - UNDO_FOR:
        raise QuestionNotFound(_("This question can no longer be brought back."))
    _room_for_one(await content.questions(db, actor.scope, [interview_id]))
    numbers = await _numbers(db, actor, interview_id)
    row.deleted_at = None
    await db.flush()
    refuse_broken_paths(await content.questions(db, actor.scope, [interview_id]), numbered_as=numbers)
    await changed(db, actor, interview)


async def reorder_questions(db: AsyncSession, actor: Actor, interview_id: UUID, order: Sequence[UUID]) -> None:
    """Puts the questions in this order. Raises OrderChanged unless it names each of them exactly once.

    Raises QuestionNeeded when a question would come before one whose answer decides whether it is asked.
    """
    await editable(db, actor, interview_id)
    rows = {row.id: row for row in await content.questions(db, actor.scope, [interview_id])}
    if len(order) != len(rows) or set(order) != rows.keys():
        raise OrderChanged(_("The questions have changed since this list was shown. Reload it and move again."))
    numbers = {question_id: number for number, question_id in enumerate(rows, 1)}
    refuse_broken_paths([rows[question_id] for question_id in order], numbered_as=numbers)
    for position, question_id in enumerate(order):
        rows[question_id].position = position
    await db.flush()


async def move_question(db: AsyncSession, actor: Actor, interview_id: UUID, question_id: UUID, *, up: bool) -> None:
    """Moves a question by one place; at the end of the list it stays where it is."""
    await editable(db, actor, interview_id)
    await _question(db, actor, interview_id, question_id)
    order = [row.id for row in await content.questions(db, actor.scope, [interview_id])]
    place = order.index(question_id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    await reorder_questions(db, actor, interview_id, order)


async def _question(db: AsyncSession, actor: Actor, interview_id: UUID, question_id: UUID) -> QuestionRow:
    row = await content.question(db, actor.scope, interview_id, question_id)
    if row is None:
        raise QuestionNotFound(_("There is no such question in this interview."))
    return row


async def _accepted(
    db: AsyncSession,
    actor: Actor,
    interview_id: UUID,
    draft: QuestionDraft,
    existing: Sequence[QuestionRow],
    *,
    place: int | None = None,
) -> QuestionDraft:
    """The draft, tidied. `place` counts from 0 where it replaces one of the existing. Raises InvalidInput."""
    if place is not None:
        before = documents.options_of(existing[place].options)
        draft = replace(draft, options=named_options(draft.options, before))
    draft = draft.tidied()
    problems: Problems = draft.problems()
    known = {row.id for row in await content.competencies(db, actor.scope, interview_id)}
    if not known.issuperset(draft.competency_ids):
        problems["competency_ids"] = _("Choose among the competencies of this interview.")
    for name, problem in path_problems(draft, numbered(existing, {}), place):
        problems.setdefault(name, problem)
    accept(problems)
    return draft


async def _numbers(db: AsyncSession, actor: Actor, interview_id: UUID) -> dict[UUID, int]:
    rows = await content.questions(db, actor.scope, [interview_id])
    return {row.id: number for number, row in enumerate(rows, 1)}


def _room_for_one(existing: Sequence[QuestionRow]) -> None:
    if len(existing) >= MAX_QUESTIONS:
        raise TooMany(_("An interview has at most %(number)s questions. Remove one first.", number=MAX_QUESTIONS))


def _end(existing: Sequence[QuestionRow]) -> int:
    return existing[-1].position + 1 if existing else 0
