"""The question bank beside an interview: look, filter, add."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from colloquy.contexts.interviews import library
from colloquy.contexts.interviews.errors import InterviewIncomplete, TooMany
from colloquy.contexts.interviews.pages import framing
from colloquy.contexts.interviews.pages.given import SentForm, Viewer, whole
from colloquy.contexts.interviews.policy.guide import QuestionType
from colloquy.contexts.interviews.policy.kinds import AnswerKind
from colloquy.contexts.interviews.service import accepting
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}/bank")


@router.get("")
async def bank(
    request: Request,
    interview_id: UUID,
    actor: Viewer,
    db: DbSession,
    role: str = "",
    type: str = "",  # noqa: A002 - the name in the address
    difficulty: str = "",
    search: Annotated[str, Query(alias="q")] = "",
) -> Response:
    """Questions in the interview's language, filtered; the filter stays in the address."""
    interview = await whole(db, actor, interview_id)
    offered = library.bank_questions(interview.language)
    words = search.lower().split()
    found = [
        one
        for one in offered
        if (not role or one.role == role)
        and (not type or one.type == type)
        and (not difficulty or str(one.difficulty) == difficulty)
        and all(word in f"{one.text} {one.topic} {' '.join(one.terms)}".lower() for word in words)
    ]
    return framing.render(
        request,
        "interviews/bank.html",
        interview,
        actor,
        tab="questions",
        roles=library.bank_roles(interview.language),
        questions=found,
        there={question.text for question in interview.questions},
        names={one.key: one.name for one in library.competencies(interview.language)},
        types=[one.value for one in QuestionType],
        filter={"role": role, "type": type, "difficulty": difficulty, "q": search},
        query=request.url.query,
    )


@router.post("/{key}")
async def add(request: Request, interview_id: UUID, key: str, actor: Viewer, db: DbSession, sent: SentForm) -> Response:
    """Adds the question and comes back to the same place."""
    kind = AnswerKind.AUDIO if sent.text("kind") == AnswerKind.AUDIO else AnswerKind.VIDEO
    kind = AnswerKind.TEXT if sent.text("kind") == AnswerKind.TEXT else kind
    query = sent.text("query")
    back = f"/interviews/{interview_id}/bank{'?' + query if query else ''}#{key}"
    try:
        async with db.begin_nested():
            question_id = await accepting.add_from_bank(db, actor, interview_id, key, kind)
    except (TooMany, InterviewIncomplete) as refusal:
        return pages.see_other(request, back, refusal.message, kind="bad")
    return pages.see_other(
        request,
        back,
        _("Question added."),
        undo_action=f"/interviews/{interview_id}/questions/{question_id}/remove",
    )
