"""The editor: the questions as cards, what is missing, and the steps in an interview's life."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.errors import InterviewIncomplete
from colloquy.contexts.interviews.pages import framing
from colloquy.contexts.interviews.pages.given import Viewer, an_id, choices, whole
from colloquy.contexts.interviews.pages.question_form import Fields, fields_of, fresh
from colloquy.contexts.interviews.policy.drafts import TYPICAL_CONVERSATION_SECONDS, QuestionDraft
from colloquy.contexts.interviews.policy.interview import Interview, Question
from colloquy.contexts.interviews.policy.kinds import AnswerKind
from colloquy.contexts.interviews.policy.readiness import checks
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.service import creating, publishing
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}")

THINK = (0, 15, 30, 45, 60, 90, 120, 180, 300, 600)
ANSWER = (30, 60, 90, 120, 150, 180, 240, 300, 600, 900, 1800)
CHARACTERS = (300, 500, 1000, 2000, 4000, 10_000)
TALK = (5, 10, 15, 20, 30, 45, 60)
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
    fields = None
    if open_question is not None:
        fields = fields_of(draft_of(open_question))
    elif add in set(AnswerKind):
        fields = fields_of(fresh(AnswerKind(add)))
    return questions_page(request, interview, actor, fields=fields, editing=open_question)


def questions_page(
    request: Request,
    interview: Interview,
    actor: Actor,
    *,
    fields: Fields | None = None,
    editing: Question | None = None,
    errors: Problems | None = None,
    status: int = 200,
) -> Response:
    """The editor, with a form where there are fields: in the place of `editing`, or at the end for a new question."""
    form: dict[str, Any] | None = None
    if fields is not None and not interview.has_candidates:
        draft, usual = fields.draft, QuestionDraft("", fields.draft.kind)
        form = {
            "draft": draft,
            "fields": fields,
            "earlier": [one for one in interview.questions if editing is None or one.number < editing.number],
            "errors": errors or {},
            "action": f"/interviews/{interview.id}/questions" + (f"/{editing.id}" if editing else ""),
            "editing": editing.id if editing else None,
            "think": choices(THINK, draft.think_seconds),
            "answer": choices(ANSWER, _recorded_seconds(draft)),
            "characters": choices(CHARACTERS, draft.max_characters or usual.max_characters),
            "takes": choices(TAKES, draft.takes),
            "weights": choices(WEIGHTS, draft.weight),
            "recorded_seconds": _recorded_seconds(draft),
            "talk": choices(TALK, _talk_minutes(draft)),
            "talk_minutes": _talk_minutes(draft),
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


def _recorded_seconds(draft: QuestionDraft) -> int:
    # A conversation has its own field: what is chosen there is no choice for recordings.
    return draft.answer_seconds if draft.kind.recorded else QuestionDraft("", draft.kind).answer_seconds


def _talk_minutes(draft: QuestionDraft) -> int:
    seconds = draft.answer_seconds if draft.kind is AnswerKind.CONVERSATION else TYPICAL_CONVERSATION_SECONDS
    return seconds // 60


def draft_of(question: Question) -> QuestionDraft:
    """The question as a draft to be changed, with sensible rules where its kind has none."""
    usual, kind = fresh(question.kind), question.kind
    timed = kind.recorded or kind is AnswerKind.CONVERSATION
    return QuestionDraft(
        text=question.text,
        kind=kind,
        think_seconds=question.think_seconds if kind.recorded else usual.think_seconds,
        answer_seconds=question.answer_seconds if timed else usual.answer_seconds,
        max_characters=question.max_characters if kind is AnswerKind.TEXT else usual.max_characters,
        takes=question.takes if kind.recorded else usual.takes,
        weight=question.weight,
        assessed=question.assessed or not kind.spoken_or_written,
        competency_ids=question.competency_ids,
        expected_points=question.expected_points,
        required=question.required,
        source=question.source,
        upload_allowed=question.upload_allowed,
        options=question.options,
        number_rule=question.number_rule,
        topics=question.topics,
        follow_ups=question.follow_ups,
        show_if=question.show_if,
        knock_out=question.knock_out,
        guide=question.guide,
    )


@router.post("/publish")
async def publish(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """Publishes, and goes on to inviting; what is missing is said where it can be put right."""
    try:
        async with db.begin_nested():
            await publishing.publish(db, actor, interview_id)
    except InterviewIncomplete as refusal:
        return pages.see_other(request, f"/interviews/{interview_id}", refusal.message, kind="bad")
    return pages.see_other(
        request, f"/interviews/{interview_id}/invite", _("Interview published. Now invite candidates.")
    )


@router.post("/close")
async def close(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """Closes; the message has the way back."""
    await publishing.close(db, actor, interview_id)
    return pages.see_other(
        request,
        f"/interviews/{interview_id}",
        _("Interview closed. Candidates who have started may finish."),
        undo_action=f"/interviews/{interview_id}/reopen",
    )


@router.post("/reopen")
async def reopen(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """Opens a closed interview again."""
    await publishing.reopen(db, actor, interview_id)
    return pages.see_other(request, f"/interviews/{interview_id}", _("Interview open again."))


@router.post("/duplicate")
async def duplicate(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """Makes a copy and opens it."""
    copy_id = await creating.duplicate(db, actor, interview_id)
    return pages.see_other(
        request, f"/interviews/{copy_id}", _("This is the copy, a draft. The original is unchanged.")
    )
