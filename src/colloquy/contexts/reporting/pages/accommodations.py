"""What one candidate is granted: other rules, and more time. Reviewers do not see it: it is none of the answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting.pages.forms import SentText
from colloquy.contexts.reporting.policy.granting import MOST_DAYS, granted_by, noticed
from colloquy.contexts.reporting.service.reading import visible_session
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.kit.numbers import whole
from colloquy.web import pages
from colloquy.web.i18n import moment

router = APIRouter(prefix="/sessions/{session_id}")


@router.get("/accommodations")
async def accommodations(session_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """The rules that hold for this candidate, and until when."""
    return await _page(request, db, actor, session_id)


@router.post("/accommodations")
async def accommodate(
    session_id: UUID, request: Request, actor: CurrentActor, db: DbSession, sent: SentText
) -> Response:
    """Changes the rules, from the candidate's next question on."""
    try:
        async with db.begin_nested():
            await sessions.accommodate(db, actor, session_id, granted_by(sent))
    except Malformed as refusal:
        return await _page(request, db, actor, session_id, status=422, errors=refusal.fields)
    except sessions.NotExtendable as refusal:
        return pages.see_other(request, f"/sessions/{session_id}", refusal.message, kind="warn")
    return pages.see_other(request, f"/sessions/{session_id}/accommodations", _("The rules are changed."))


@router.post("/extend")
async def extend(session_id: UUID, request: Request, actor: CurrentActor, db: DbSession, sent: SentText) -> Response:
    """Gives the candidate so many days more; from now on, when the time was over, to go on where they stopped."""
    session = await visible_session(db, actor, session_id)
    days = sent.get("days", "")
    back = f"/sessions/{session_id}"
    more = whole(days)
    if more is None or not 1 <= more <= MOST_DAYS:
        text = _("Choose between 1 and %(most)s days.", most=MOST_DAYS)
        return pages.see_other(request, back, text, kind="bad")
    until = max(clock.now(), session.expires_at or clock.now()) + timedelta(days=more)
    try:
        async with db.begin_nested():
            await sessions.extend(db, actor, session_id, until)
    except sessions.NotExtendable as refusal:
        return pages.see_other(request, back, refusal.message, kind="warn")
    return pages.see_other(
        request, back, _("The candidate may answer until %(moment)s. Write to tell them.", moment=moment(until))
    )


async def _page(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    session_id: UUID,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
) -> Response:
    actor.require(Permission.SESSIONS_DECIDE)
    session = await visible_session(db, actor, session_id)
    interview = await interviews.interview(db, actor.scope, session.interview_id)
    if interview is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    context: dict[str, Any] = {
        "session": session,
        "interview": interview,
        "granted": session.accommodation,
        "multipliers": interviews.TIME_MULTIPLIERS,
        "most_takes": interviews.MOST_EXTRA_TAKES,
        "noticed": noticed(session.accommodation, interview),
        "changeable": not session.state.handed_in and session.state is not sessions.SessionState.WITHDRAWN,
        "errors": errors or {},
    }
    return pages.render(request, "reporting/accommodations.html", status=status, section="interviews", **context)
