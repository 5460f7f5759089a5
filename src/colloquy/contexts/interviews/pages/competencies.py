"""The competencies of an interview: its own with their anchors, and the library to choose from."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews import library
from colloquy.contexts.interviews.errors import (
    CompetencyExists,
    InterviewIncomplete,
    InvalidInput,
    TooMany,
)
from colloquy.contexts.interviews.pages import framing
from colloquy.contexts.interviews.pages.given import SentForm, Viewer, an_id, choices, competency_draft, whole
from colloquy.contexts.interviews.policy.drafts import CompetencyDraft
from colloquy.contexts.interviews.policy.interview import Interview
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.service import competencies
from colloquy.contexts.interviews.service.editing import accept
from colloquy.kit.errors import Refusal
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import ngettext
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}/competencies")
WEIGHTS = (1, 2, 3, 4)


@router.get("")
async def read_competencies(
    request: Request, interview_id: UUID, actor: Viewer, db: DbSession, edit: str = "", add: str = ""
) -> Response:
    """The competencies. `edit=<id>` opens one of them, `add=own` an empty form."""
    interview = await whole(db, actor, interview_id)
    competency_id = an_id(edit)
    found = next((competency for competency in interview.competencies if competency.id == competency_id), None)
    draft = None
    if found is not None:
        anchors = {anchor.level: anchor.text for anchor in found.anchors}
        draft = CompetencyDraft(found.name, found.description, found.kind, found.weight, anchors)
    elif add == "own":
        draft = CompetencyDraft("")
    return _page(request, interview, actor, draft=draft, editing=found.id if found else None)


@router.post("/from-library")
async def add_from_library(
    request: Request, interview_id: UUID, actor: Viewer, db: DbSession, sent: SentForm
) -> Response:
    """Adds the chosen ready-made competencies."""
    address = f"/interviews/{interview_id}/competencies"
    keys = sent.texts("keys")
    if not keys:
        return pages.see_other(request, f"{address}#library", _("Choose at least one competency to add."), kind="bad")
    try:
        async with db.begin_nested():
            added = await competencies.add_from_library(db, actor, interview_id, keys)
    except (TooMany, InvalidInput) as refusal:
        return pages.see_other(request, f"{address}#library", refusal.message, kind="bad")
    text = ngettext(
        "%(num)s competency added. Choose it in the questions that probe it.",
        "%(num)s competencies added. Choose them in the questions that probe them.",
        len(added),
    )
    return pages.see_other(request, address, text)


@router.post("")
async def add_competency(
    request: Request, interview_id: UUID, actor: Viewer, db: DbSession, sent: SentForm
) -> Response:
    """Adds one's own competency."""
    draft, problems = competency_draft(sent)
    try:
        async with db.begin_nested():
            _accept(draft, problems)
            added = await competencies.add_competency(db, actor, interview_id, draft)
    except (InvalidInput, CompetencyExists, TooMany) as refusal:
        interview = await whole(db, actor, interview_id)
        return _page(request, interview, actor, draft=draft, errors=_errors(refusal), status=refusal.status)
    return pages.see_other(
        request, f"/interviews/{interview_id}/competencies#competency-{added}", _("Competency added.")
    )


@router.post("/{competency_id}")
async def change_competency(
    request: Request, interview_id: UUID, competency_id: UUID, actor: Viewer, db: DbSession, sent: SentForm
) -> Response:
    """Saves the competency."""
    draft, problems = competency_draft(sent)
    try:
        async with db.begin_nested():
            _accept(draft, problems)
            await competencies.change_competency(db, actor, interview_id, competency_id, draft)
    except (InvalidInput, CompetencyExists) as refusal:
        interview = await whole(db, actor, interview_id)
        return _page(
            request,
            interview,
            actor,
            draft=draft,
            editing=competency_id,
            errors=_errors(refusal),
            status=refusal.status,
        )
    address = f"/interviews/{interview_id}/competencies#competency-{competency_id}"
    return pages.see_other(request, address, _("Competency saved."))


@router.post("/{competency_id}/remove")
async def remove_competency(
    request: Request, interview_id: UUID, competency_id: UUID, actor: Viewer, db: DbSession
) -> Response:
    """Removes the competency; the message has the way back."""
    address = f"/interviews/{interview_id}/competencies"
    try:
        async with db.begin_nested():
            await competencies.remove_competency(db, actor, interview_id, competency_id)
    except InterviewIncomplete as refusal:
        return pages.see_other(request, address, _("It is needed. %(message)s", message=refusal.message), kind="bad")
    undo = f"{address}/{competency_id}/restore"
    return pages.see_other(request, address, _("Competency removed."), undo_action=undo)


@router.post("/{competency_id}/restore")
async def restore_competency(
    request: Request, interview_id: UUID, competency_id: UUID, actor: Viewer, db: DbSession
) -> Response:
    """Brings a removed competency back."""
    await competencies.restore_competency(db, actor, interview_id, competency_id)
    address = f"/interviews/{interview_id}/competencies#competency-{competency_id}"
    return pages.see_other(request, address, _("The competency is back."))


def _page(
    request: Request,
    interview: Interview,
    actor: Actor,
    *,
    draft: CompetencyDraft | None = None,
    editing: UUID | None = None,
    errors: Problems | None = None,
    status: int = 200,
) -> Response:
    form = None
    if draft is not None and not interview.has_candidates:
        form = {
            "draft": draft,
            "errors": errors or {},
            "editing": editing,
            "action": f"/interviews/{interview.id}/competencies" + (f"/{editing}" if editing else ""),
            "weights": choices(WEIGHTS, draft.weight),
        }
    taken = {competency.key for competency in interview.competencies}
    used: dict[UUID, list[int]] = {}
    for question in interview.questions:
        for competency_id in question.competency_ids:
            used.setdefault(competency_id, []).append(question.number)
    return framing.render(
        request,
        "interviews/competencies.html",
        interview,
        actor,
        tab="competencies",
        status=status,
        form=form,
        used=used,
        offered=[one for one in library.competencies(interview.language) if one.key not in taken],
    )


def _accept(draft: CompetencyDraft, problems: Problems) -> None:
    accept({**draft.tidied().problems(), **problems})


def _errors(refusal: Refusal) -> Problems:
    return refusal.fields if isinstance(refusal, InvalidInput) else {"name": refusal.message}
