"""Deleting a candidate's data: what goes, and a word to type, because there is no way back."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.reporting.pages.forms import SentText
from colloquy.contexts.reporting.pages.reviewing import TheSecret
from colloquy.contexts.reporting.service.reading import visible_session
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import ngettext
from colloquy.web import pages

router = APIRouter(prefix="/sessions/{session_id}/delete")
CONFIRMATION = "delete"


@router.get("")
async def ask(session_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Says what will be deleted and asks for the word."""
    actor.require(Permission.SESSIONS_DECIDE)
    session = await visible_session(db, actor, session_id)
    return pages.render(
        request,
        "reporting/delete.html",
        section="interviews",
        session=session,
        confirmation=CONFIRMATION,
        held=await sessions.is_held(db, actor.scope, session_id),
        may_release=actor.may(Permission.PRIVACY_MANAGE),
    )


@router.post("")
async def erase(
    session_id: UUID, request: Request, actor: CurrentActor, db: DbSession, secret: TheSecret, sent: SentText
) -> Response:
    """Deletes everything when the word was typed."""
    if sent.get("confirmation", "").strip().lower() != CONFIRMATION:
        text = _("Nothing was deleted. Type “%(word)s” to delete this candidate's data.", word=CONFIRMATION)
        return pages.see_other(request, f"/sessions/{session_id}/delete", text, kind="bad")
    try:
        gone = await sessions.erase_on_request(db, secret, actor, session_id)
    except retention.UnderLegalHold as refusal:
        return pages.see_other(request, f"/sessions/{session_id}/delete", refusal.message, kind="bad")
    return pages.see_other(request, *_said(gone))


def _said(gone: sessions.Erased) -> tuple[str, str]:
    """Where to go on, and what was deleted."""
    text = _(
        "Deleted: %(name)s, %(answers)s, %(recordings)s and everything made from them.",
        name=gone.candidate_name,
        answers=ngettext("%(num)s answer", "%(num)s answers", gone.answers),
        recordings=ngettext("%(num)s recording", "%(num)s recordings", gone.recordings),
    )
    return f"/interviews/{gone.interview_id}/sessions", text
