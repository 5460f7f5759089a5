"""The editor: the questions as cards, what is missing, and the steps in an interview's life."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.errors import InterviewIncomplete
from colloquy.contexts.interviews.pages import framing
from colloquy.contexts.interviews.pages.given import Viewer, an_id, choices, whole
from colloquy.contexts.interviews.policy.drafts import QuestionDraft
from colloquy.contexts.interviews.policy.interview import Interview, Question
from colloquy.contexts.interviews.policy.kinds import AnswerKind
from colloquy.contexts.interviews.policy.readiness import checks
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.service import creating, publishing
from colloquy.kit.http.state import DbSession
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}")

THINK = (0, 15, 30, 45, 60, 90, 120, 180, 300, 600)
ANSWER = (30, 60, 90, 120, 150, 180, 240, 300, 600, 900, 1800)
CHARACTERS = (300, 500, 1000, 2000, 4000, 10_000)
TAKES = (1, 2, 3, 5, 10)
WEIGHTS = (1, 2, 3, 4)


@router.get("")
async def editor(
    request: Request, interview_id: UUID, actor: Viewer, db: DbSession, edit: str = "", add: str = ""
) -> Response:
    """The questions. `edit=<id>` opens one of them, `add=<kind>` a new one, in its place on the page."""
    interview = await whole(db, actor, interview_id)
    open_id = an_id(edit)
    open_question = next((question for question in interview.questions if question.id == open_id), None)
    draft = None
    if open_question is not None:
        draft = draft_of(open_question)
    elif add in set(AnswerKind):
        draft = QuestionDraft("", AnswerKind(add))
    return questions_page(request, interview, actor, draft=draft, editing=open_question)


def questions_page(
    request: Request,
    interview: Interview,
    actor: Actor,
    *,
    draft: QuestionDraft | None = None,
    editing: Question | None = None,
    errors: Problems | None = None,
    status: int = 200,
) -> Response:
    """The editor, with a form where there is a draft: in the place of `editing`, or at the end for a new question."""
    form: dict[str, Any] | None = None
    if draft is not None and not interview.has_candidates:
        form = {
            "draft": draft,
            "errors": errors or {},
            "action": f"/interviews/{interview.id}/questions" + (f"/{editing.id}" if editing else ""),
            "editing": editing.id if editing else None,
            "think": choices(THINK, draft.think_seconds),
            "answer": choices(ANSWER, draft.answer_seconds or QuestionDraft("", draft.kind).answer_seconds),
            "characters": choices(CHARACTERS, draft.max_characters or QuestionDraft("", draft.kind).max_characters),
            "takes": choices(TAKES, draft.takes),
            "weights": choices(WEIGHTS, draft.weight),
        }
    return framing.render(
        request,
        "interviews/editor.html",
        interview,
        actor,
        tab="questions",
        status=status,
        form=form,
        checks=checks(interview.questions, interview.competencies),
        names={competency.id: competency.name for competency in interview.competencies},
    )


def draft_of(question: Question) -> QuestionDraft:
    """The question as a draft to be changed, with sensible rules where its kind has none."""
    fresh = QuestionDraft("", question.kind)
    typed = question.kind is AnswerKind.TEXT
    return QuestionDraft(
        text=question.text,
        kind=question.kind,
        think_seconds=fresh.think_seconds if typed else question.think_seconds,
        answer_seconds=fresh.answer_seconds if typed else question.answer_seconds,
        max_characters=question.max_characters if typed else fresh.max_characters,
        takes=fresh.takes if typed else question.takes,
        weight=question.weight,
        assessed=question.assessed,
        competency_ids=question.competency_ids,
        expected_points=question.expected_points,
    )


@router.post("/publish")
async def publish(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """Publishes, and goes on to inviting; what is missing is said where it can be put right."""
    try:
        async with db.begin_nested():
            await publishing.publish(db, actor, interview_id)
    except InterviewIncomplete as refusal:
        return pages.see_other(request, f"/interviews/{interview_id}", refusal.message, kind="bad")
    return pages.see_other(request, f"/interviews/{interview_id}/invite", "Interview published. Now invite candidates.")


@router.post("/close")
async def close(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """Closes; the message has the way back."""
    await publishing.close(db, actor, interview_id)
    return pages.see_other(
        request,
        f"/interviews/{interview_id}",
        "Interview closed. Candidates who have started may finish.",
        undo_action=f"/interviews/{interview_id}/reopen",
    )


@router.post("/reopen")
async def reopen(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """Opens a closed interview again."""
    await publishing.reopen(db, actor, interview_id)
    return pages.see_other(request, f"/interviews/{interview_id}", "Interview open again.")


@router.post("/duplicate")
async def duplicate(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """Makes a copy and opens it."""
    copy_id = await creating.duplicate(db, actor, interview_id)
    return pages.see_other(request, f"/interviews/{copy_id}", "This is the copy, a draft. The original is unchanged.")
