"""`/{token}/about-you`: what a candidate says of themselves, if they like to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from colloquy.contexts.identity import public as identity
from colloquy.contexts.impact.policy.categories import Race, Sex, race_name, sex_name
from colloquy.contexts.impact.service import asking
from colloquy.contexts.impact.service.asking import Said
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/{token}/about-you")


@router.get("")
async def about_you(token: str, request: Request, db: DbSession) -> Response:
    """Two questions, neither of which has to be answered. A browser without a key is led to where it gets one."""
    held = sessions.held_for(request, token)
    if held is None:
        return RedirectResponse(f"/{token}/continue", 303)
    given = await asking.said(db, held.key)
    scope = Scope(held.key.org_id)
    organisation = await identity.organisation(db, scope)
    session = await sessions.own(db, held.key)
    interview = await interviews.interview(db, scope, session.interview_id) if session else None
    response = pages.render(
        request,
        "impact/about_you.html",
        token=token,
        company=organisation.name,
        contact=organisation.contact_email,
        accent_css=identity.accent_css(organisation),
        language=interview.language if interview else organisation.language,
        title=interview.title if interview else "",
        given=given,
        sexes=[(one.value, sex_name(one)) for one in Sex],
        races=[(one.value, race_name(one)) for one in Race],
    )
    sessions.keep(request, response, held)
    return response


@router.post("")
async def say(
    token: str,
    request: Request,
    db: DbSession,
    sex: Annotated[str, Form()] = "",
    race: Annotated[str, Form()] = "",
) -> Response:
    """Keeps it; nothing at all forgets what was said before."""
    held = sessions.held_for(request, token)
    if held is None:
        raise sessions.NotYourSession(_("This browser has not begun this interview. Open the link that you were sent."))
    if sex not in {"", *Sex} or race not in {"", *Race}:
        raise Malformed(_("Choose one of the answers of the page."))
    await asking.say(db, held.key, Said(Sex(sex) if sex else None, Race(race) if race else None))
    text = _("Thank you. It is kept apart from your interview.") if sex or race else _("Nothing is kept of it.")
    return pages.see_other(request, f"/{token}/about-you", text)
