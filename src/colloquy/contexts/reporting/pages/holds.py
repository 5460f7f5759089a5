"""Legal holds: what must not be deleted, who said so, since when and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting.pages.forms import SentText
from colloquy.contexts.reporting.service import holding
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/settings/privacy/holds")
HOME = "/settings/privacy/holds"


@router.get("")
async def holds(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """All of them, those in force first."""
    return await _list(request, actor, db)


async def _list(
    request: Request, actor: Actor, db: AsyncSession, *, errors: dict[str, str] | None = None, at: UUID | None = None
) -> Response:
    shown = await holding.shown(db, actor)
    return pages.render(
        request,
        "reporting/holds.html",
        status=422 if errors else 200,
        section="settings",
        shown=shown,
        errors=errors or {},
        errors_at=at,
    )


@router.get("/new")
async def new(
    request: Request, actor: CurrentActor, db: DbSession, session: UUID | None = None, interview: UUID | None = None
) -> Response:
    """Asks what the hold is on and why."""
    return await _form(request, actor, db, session, interview)


async def _form(
    request: Request,
    actor: Actor,
    db: AsyncSession,
    session_id: UUID | None,
    interview_id: UUID | None,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    actor.require(Permission.PRIVACY_MANAGE)
    session, interview = await _subject(db, actor, session_id, interview_id)
    return pages.render(
        request,
        "reporting/hold_form.html",
        status=422 if errors else 200,
        section="settings",
        session=session,
        interview=interview,
        values=values or {"kind": "session" if session else "interview", "reason": ""},
        errors=errors or {},
    )


async def _subject(
    db: AsyncSession, actor: Actor, session_id: UUID | None, interview_id: UUID | None
) -> tuple[sessions.Session | None, interviews.Interview]:
    session = None if session_id is None else await sessions.session(db, actor.scope, session_id)
    if session is not None:
        interview_id = session.interview_id
    interview = None if interview_id is None else await interviews.interview(db, actor.scope, interview_id)
    if interview is None or (session is None and session_id is not None):
        raise sessions.SessionNotFound(_("There is no such candidate or interview."))
    return session, interview


@router.post("")
async def place(request: Request, actor: CurrentActor, db: DbSession, sent: SentText) -> Response:
    """Places it."""
    actor.require(Permission.PRIVACY_MANAGE)
    session_id, interview_id = _id(sent, "session"), _id(sent, "interview")
    session, interview = await _subject(db, actor, session_id, interview_id)
    kinds = {"interview", *(("session", "candidate") if session else ())}
    kind = sent.get("kind", "")
    errors = {} if kind in kinds else {"kind": _("Choose what the hold is on.")}
    if not errors:
        subject = interview.id if kind == "interview" or session is None else session.id
        try:
            async with db.begin_nested():
                await sessions.place_hold(db, actor, retention.HoldKind(kind), subject, sent.get("reason", ""))
        except Malformed as refusal:
            errors = refusal.fields
        except retention.AlreadyHeld as refusal:
            errors = {"kind": refusal.message}
    if errors:
        values: dict[str, Any] = {"kind": kind, "reason": sent.get("reason", "")}
        return await _form(request, actor, db, session_id, interview_id, values=values, errors=errors)
    return pages.see_other(request, HOME, _("The legal hold is in force. Nothing under it is deleted."))


@router.post("/{hold_id}/release")
async def release(hold_id: UUID, request: Request, actor: CurrentActor, db: DbSession, sent: SentText) -> Response:
    """Ends it. What waited for it is carried out within the hour."""
    try:
        async with db.begin_nested():
            await holding.release(db, actor, hold_id, sent.get("reason", ""))
    except Malformed as refusal:
        return await _list(request, actor, db, errors=refusal.fields, at=hold_id)
    except retention.HoldReleased as refusal:
        return pages.see_other(request, HOME, refusal.message, kind="warn")
    return pages.see_other(request, HOME, _("The hold is released. What waited for it is carried out within the hour."))


def _id(sent: dict[str, str], name: str) -> UUID | None:
    try:
        return UUID(sent[name]) if sent.get(name) else None
    except ValueError:
        return None
