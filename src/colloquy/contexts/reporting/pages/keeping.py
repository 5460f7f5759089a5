"""How long what is kept: the organisation's four clocks, one interview's, and what the law asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.reporting.pages.forms import SentText
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter()
HOME = "/settings/privacy/retention"
_CLOCKS = ("media", "words", "record", "logs")


@router.get(HOME)
async def organisation(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """The organisation's clocks."""
    return await _page(request, actor, db, None)


@router.post(HOME)
async def set_organisation(request: Request, actor: CurrentActor, db: DbSession, sent: SentText) -> Response:
    """Saves them."""
    return await _save(request, actor, db, None, sent)


@router.get("/interviews/{interview_id}/retention")
async def interview(interview_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """One interview's clocks."""
    return await _page(request, actor, db, await _found(db, actor, interview_id))


@router.post("/interviews/{interview_id}/retention")
async def set_interview(
    interview_id: UUID, request: Request, actor: CurrentActor, db: DbSession, sent: SentText
) -> Response:
    """Saves them."""
    return await _save(request, actor, db, await _found(db, actor, interview_id), sent)


async def _found(db: AsyncSession, actor: Actor, interview_id: UUID) -> interviews.Interview:
    actor.require(Permission.PRIVACY_MANAGE)
    found = await interviews.interview(db, actor.scope, interview_id)
    if found is None:
        raise interviews.InterviewNotFound(_("There is no such interview."))
    return found


async def _save(
    request: Request, actor: Actor, db: AsyncSession, about: interviews.Interview | None, sent: dict[str, str]
) -> Response:
    actor.require(Permission.PRIVACY_MANAGE)
    given = {name: sent.get(name, "").strip() for name in _CLOCKS}
    wish = retention.Wish(**{name: _days(text) for name, text in given.items()})
    try:
        async with db.begin_nested():
            await retention.set_wish(db, actor, wish, about.id if about else None)
    except Malformed as refusal:
        return await _page(request, actor, db, about, given=given, errors=refusal.fields)
    await sessions.retention_changed(db, actor.scope)
    home = f"/interviews/{about.id}/retention" if about else HOME
    return pages.see_other(request, home, _("Saved. What is kept longer than that goes within the hour."))


async def _page(
    request: Request,
    actor: Actor,
    db: AsyncSession,
    about: interviews.Interview | None,
    *,
    given: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    actor.require(Permission.PRIVACY_MANAGE)
    wanted = await retention.wishes(db, actor.scope, about.id if about else None)
    own = wanted.interview if about else wanted.organisation
    applied = await privacy.applied(db, actor.scope, about.id if about else None)
    today = clock.now().date()
    values: dict[str, Any] = {name: getattr(own, name) or "" for name in _CLOCKS} | (given or {})
    return pages.render(
        request,
        "reporting/retention.html",
        status=422 if errors else 200,
        section="interviews" if about else "settings",
        about=about,
        values=values,
        common={name: getattr(wanted.organisation, name) for name in _CLOCKS},
        now=await retention.days_now(db, actor.scope, about.id, about.retention_days, applied.jurisdictions)
        if about
        else None,
        least=retention.least_days(applied.jurisdictions, retention.Clock.RECORD, today),
        rules=[
            (privacy.NAMES[privacy.Jurisdiction(place)], rule)
            for place, rule in retention.rules_of(applied.jurisdictions, today)
        ],
        everywhere=[
            (privacy.NAMES[privacy.Jurisdiction(place)], rule)
            for place, rules in retention.RULES.items()
            for rule in rules
        ],
        errors=errors or {},
    )


def _days(text: str) -> int | None:
    """Days; None for nothing, and 0, which is refused in words, for what is no number."""
    if not text:
        return None
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 6 else 0  # noqa: PLR2004 - six digits
