"""From a pasted vacancy to a draft: paste it, look through what is proposed, make the interview."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import Permission
from colloquy.contexts.inference import public as inference
from colloquy.contexts.interviews import library
from colloquy.contexts.interviews.errors import InvalidInput
from colloquy.contexts.interviews.pages.given import SentForm, Viewer
from colloquy.contexts.interviews.policy.kinds import AnswerKind
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.service import accepting, proposing
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.kit.numbers import whole
from colloquy.web import pages

router = APIRouter(prefix="/interviews")
Models = Annotated[inference.Inference, instance(inference.Inference)]
_FIELDS = ("vacancy", "language", "role", "kind", "wanted")


@router.get("/from-vacancy")
async def paste(request: Request, actor: Viewer, models: Models) -> Response:
    """The form that takes a vacancy."""
    actor.require(Permission.INTERVIEWS_EDIT)
    values = {"vacancy": "", "role": "", "kind": AnswerKind.VIDEO.value, "wanted": "6"}
    values["language"] = str(request.state.page_context["language"])
    return await _form(request, actor, models, values, {})


@router.post("/from-vacancy")
async def propose(request: Request, actor: Viewer, db: DbSession, models: Models, sent: SentForm) -> Response:
    """Has something proposed and opens it."""
    problems: Problems = {}
    kind = sent.text("kind")
    wish = proposing.Wish(
        sent.text("vacancy"),
        sent.text("language"),
        sent.text("role"),
        AnswerKind(kind) if kind in set(AnswerKind) else AnswerKind.FILE,
        sent.number("wanted", problems, default=0),
    )
    try:
        async with db.begin_nested():
            draft_id = await proposing.propose(db, models, actor, wish)
    except InvalidInput as refusal:
        values = {name: sent.text(name) for name in _FIELDS}
        return await _form(request, actor, models, values, {**refusal.fields, **problems}, status=422)
    return pages.see_other(request, f"/interviews/proposals/{draft_id}")


@router.get("/proposals/{draft_id}")
async def proposal(request: Request, draft_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """What is proposed, to choose from; while a model works on it, that it does."""
    return await _proposal(request, draft_id, actor, db, None, {})


@router.post("/proposals/{draft_id}")
async def accept(request: Request, draft_id: UUID, actor: Viewer, db: DbSession, sent: SentForm) -> Response:
    """Makes the interview of the chosen questions and opens it in the editor."""
    chosen = {number for text in sent.texts("questions") if (number := whole(text)) is not None}
    try:
        async with db.begin_nested():
            interview_id = await accepting.accept_proposal(db, actor, draft_id, sent.text("title"), chosen)
    except InvalidInput as refusal:
        given = (sent.text("title"), chosen)
        return await _proposal(request, draft_id, actor, db, given, refusal.fields, status=422)
    text = _("Draft created. Look through its questions, then publish it.")
    return pages.see_other(request, f"/interviews/{interview_id}", text)


async def _form(
    request: Request, actor: Viewer, models: Models, values: dict[str, str], errors: Problems, *, status: int = 200
) -> Response:
    names = await models.models(actor.scope, inference.Task.DRAFT)
    return pages.render(
        request,
        "interviews/from_vacancy.html",
        status=status,
        section="interviews",
        roles=library.bank_roles(values["language"]),
        model=names[0] if names else None,
        values=values,
        errors=errors,
    )


async def _proposal(
    request: Request,
    draft_id: UUID,
    actor: Viewer,
    db: DbSession,
    given: tuple[str, set[int]] | None,
    errors: Problems,
    *,
    status: int = 200,
) -> Response:
    draft = await proposing.vacancy_draft(db, actor, draft_id)
    questions = draft.proposal.questions if draft.proposal else ()
    title = draft.proposal.title if draft.proposal else ""
    chosen = {number for number, question in enumerate(questions) if question.chosen}
    return pages.render(
        request,
        "interviews/proposal.html",
        status=status,
        section="interviews",
        draft=draft,
        proposal=draft.proposal,
        bank=draft.source == proposing.BANK,
        names={one.key: one.name for one in draft.proposal.competencies} if draft.proposal else {},
        title=given[0] if given else title,
        chosen=given[1] if given else chosen,
        errors=errors,
    )
