"""Forms of the editor: adding, changing, removing and moving questions."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.errors import InterviewIncomplete, InvalidInput
from colloquy.contexts.interviews.pages.editor import questions_page
from colloquy.contexts.interviews.pages.given import SentForm, Viewer, question_draft, whole
from colloquy.contexts.interviews.policy.drafts import QuestionDraft
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.service import questions
from colloquy.contexts.interviews.service.editing import accept
from colloquy.kit.http.state import DbSession
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}/questions")


@router.post("")
async def add_question(request: Request, interview_id: UUID, actor: Viewer, db: DbSession, sent: SentForm) -> Response:
    """Adds the question; "Add another" leaves an empty form open."""
    draft, problems = question_draft(sent)
    try:
        # A savepoint: the page is drawn in this transaction, and must not keep half of a refused change.
        async with db.begin_nested():
            _accept(draft, problems)
            question_id = await questions.add_question(db, actor, interview_id, draft)
    except (InvalidInput, InterviewIncomplete) as refusal:
        return await _again(request, interview_id, actor, db, draft, refusal)
    another = f"?add={draft.kind}#new-question" if sent.text("then") == "another" else f"#question-{question_id}"
    return pages.see_other(request, f"/interviews/{interview_id}{another}", "Question added.")


@router.post("/{question_id}")
async def change_question(
    request: Request, interview_id: UUID, question_id: UUID, actor: Viewer, db: DbSession, sent: SentForm
) -> Response:
    """Saves the question."""
    draft, problems = question_draft(sent)
    try:
        async with db.begin_nested():
            _accept(draft, problems)
            await questions.change_question(db, actor, interview_id, question_id, draft)
    except (InvalidInput, InterviewIncomplete) as refusal:
        return await _again(request, interview_id, actor, db, draft, refusal, question_id)
    return pages.see_other(request, f"/interviews/{interview_id}#question-{question_id}", "Question saved.")


@router.post("/{question_id}/remove")
async def remove_question(
    request: Request, interview_id: UUID, question_id: UUID, actor: Viewer, db: DbSession
) -> Response:
    """Removes the question; the message has the way back."""
    try:
        async with db.begin_nested():
            await questions.remove_question(db, actor, interview_id, question_id)
    except InterviewIncomplete as refusal:
        return pages.see_other(request, f"/interviews/{interview_id}", refusal.message, kind="bad")
    return pages.see_other(
        request,
        f"/interviews/{interview_id}",
        "Question removed.",
        undo_action=f"/interviews/{interview_id}/questions/{question_id}/restore",
    )


@router.post("/{question_id}/restore")
async def restore_question(
    request: Request, interview_id: UUID, question_id: UUID, actor: Viewer, db: DbSession
) -> Response:
    """Brings a removed question back."""
    await questions.restore_question(db, actor, interview_id, question_id)
    return pages.see_other(request, f"/interviews/{interview_id}#question-{question_id}", "The question is back.")


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
    await questions.move_question(db, actor, interview_id, question_id, up=direction == "up")
    return pages.see_other(request, f"/interviews/{interview_id}#question-{question_id}", "Question moved.")


def _accept(draft: QuestionDraft, problems: Problems) -> None:
    # Slips in numbers and in words are told together, not one after the other.
    accept({**draft.tidied().problems(), **problems})


async def _again(
    request: Request,
    interview_id: UUID,
    actor: Actor,
    db: DbSession,
    draft: QuestionDraft,
    refusal: InvalidInput | InterviewIncomplete,
    question_id: UUID | None = None,
) -> Response:
    interview = await whole(db, actor, interview_id)
    editing = next((question for question in interview.questions if question.id == question_id), None)
    errors = refusal.fields if isinstance(refusal, InvalidInput) else {"competency_ids": refusal.message}
    return questions_page(request, interview, actor, draft=draft, editing=editing, errors=errors, status=refusal.status)
