"""Forms of the editor: adding, changing, removing and moving questions."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews.errors import InterviewIncomplete, InvalidInput, QuestionNeeded
from colloquy.contexts.interviews.pages.editor import questions_page
from colloquy.contexts.interviews.pages.given import Sent, SentForm, Viewer, whole
from colloquy.contexts.interviews.pages.question_form import fields_sent, question_draft
from colloquy.contexts.interviews.policy.drafts import QuestionDraft
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.service import questions
from colloquy.contexts.interviews.service.editing import accept
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}/questions")


@router.post("")
async def add_question(request: Request, interview_id: UUID, actor: Viewer, db: DbSession, sent: SentForm) -> Response:
    """Adds the question; "Add another" leaves an empty form open."""
    return await _save(request, interview_id, actor, db, sent)


@router.post("/{question_id}")
async def change_question(
    request: Request, interview_id: UUID, question_id: UUID, actor: Viewer, db: DbSession, sent: SentForm
) -> Response:
    """Saves the question."""
    return await _save(request, interview_id, actor, db, sent, question_id)


async def _save(
    request: Request, interview_id: UUID, actor: Actor, db: DbSession, sent: Sent, question_id: UUID | None = None
) -> Response:
    """Saves, or shows the form again: with what is to be put right, or with a list changed by one of its buttons."""
    interview = await whole(db, actor, interview_id)
    editing = next((question for question in interview.questions if question.id == question_id), None)
    earlier = [question for question in interview.questions if editing is None or question.number < editing.number]
    draft, problems = question_draft(sent, earlier)
    then = sent.text("then")
    if "." in then:
        actor.require(Permission.INTERVIEWS_EDIT)
        fields = fields_sent(draft, sent, then)
        return questions_page(request, interview, actor, fields=fields, editing=editing)
    try:
        # A savepoint: the page is drawn in this transaction, and must not keep half of a refused change.
        async with db.begin_nested():
            _accept(draft, problems)
            if question_id is None:
                saved_id = await questions.add_question(db, actor, interview_id, draft)
            else:
                saved_id = question_id
                await questions.change_question(db, actor, interview_id, question_id, draft)
    except (InvalidInput, InterviewIncomplete) as refusal:
        errors = refusal.fields if isinstance(refusal, InvalidInput) else {"competency_ids": refusal.message}
        fields = fields_sent(draft, sent)
        return questions_page(
            request, interview, actor, fields=fields, editing=editing, errors=errors, status=refusal.status
        )
    home = f"/interviews/{interview_id}"
    if then == "another":
        return pages.see_other(request, f"{home}?add={draft.kind}#new-question", _("Question added."))
    text = _("Question added.") if question_id is None else _("Question saved.")
    return pages.see_other(request, f"{home}#question-{saved_id}", text)


@router.post("/{question_id}/remove")
async def remove_question(
    request: Request, interview_id: UUID, question_id: UUID, actor: Viewer, db: DbSession
) -> Response:
    """Removes the question; the message has the way back."""
    try:
        async with db.begin_nested():
            await questions.remove_question(db, actor, interview_id, question_id)
    except (InterviewIncomplete, QuestionNeeded) as refusal:
        return pages.see_other(request, f"/interviews/{interview_id}", refusal.message, kind="bad")
    return pages.see_other(
        request,
        f"/interviews/{interview_id}",
        _("Question removed."),
        undo_action=f"/interviews/{interview_id}/questions/{question_id}/restore",
    )


@router.post("/{question_id}/restore")
async def restore_question(
    request: Request, interview_id: UUID, question_id: UUID, actor: Viewer, db: DbSession
) -> Response:
    """Brings a removed question back."""
    try:
        async with db.begin_nested():
            await questions.restore_question(db, actor, interview_id, question_id)
    except QuestionNeeded as refusal:
        return pages.see_other(request, f"/interviews/{interview_id}", refusal.message, kind="bad")
    return pages.see_other(request, f"/interviews/{interview_id}#question-{question_id}", _("The question is back."))


@router.post("/{question_id}/move/{direction}")
async def move_question(
    request: Request,
    interview_id: UUID,
    question_id: UUID,
    direction: Literal["up", "down"],
    actor: Viewer,
    db: DbSession,
) -> Response:
    """Moves the question by one place, for those who do not drag."""
    try:
        async with db.begin_nested():
            await questions.move_question(db, actor, interview_id, question_id, up=direction == "up")
    except QuestionNeeded as refusal:
        return pages.see_other(
            request, f"/interviews/{interview_id}#question-{question_id}", refusal.message, kind="bad"
        )
    return pages.see_other(request, f"/interviews/{interview_id}#question-{question_id}", _("Question moved."))


def _accept(draft: QuestionDraft, problems: Problems) -> None:
    # Slips in numbers and in words are told together, not one after the other.
    accept({**draft.tidied().problems(), **problems})
