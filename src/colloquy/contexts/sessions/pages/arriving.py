"""The first page: who asks, what for, how long; the form, or the way back in."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions import schemas
from colloquy.contexts.sessions.errors import DuplicateCandidate
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.pages.framing import arrive_at, shared, stage_of
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.contexts.sessions.service import candidate, start, told
from colloquy.contexts.sessions.service.arrive import Arrival
from colloquy.contexts.sessions.service.keys import HeldKey
from colloquy.kit.address import PublicAddress
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])


@router.get("/{token}")
async def landing(
    token: str, request: Request, db: DbSession, address: Annotated[PublicAddress, instance(PublicAddress)]
) -> Response:
    """Company, role, what will happen and how long it takes; the form, or the way back in."""
    arrival, _entry, row = await arrive_at(request, db, token)
    values = {"name": arrival.link.name or "", "email": arrival.link.email or "", "profile_url": ""}
    return await _landing_page(request, db, address, token, arrival, row, values)


async def _landing_page(
    request: Request,
    db: DbSession,
    address: PublicAddress,
    token: str,
    arrival: Arrival,
    row: SessionRow | None,
    values: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    variables = await shared(db, arrival)
    holding, told_at = await told.on_arrival(db, arrival.scope, arrival.link, row)
    return pages.render(
        request,
        "sessions/landing.html",
        status=status,
        **variables,
        token=token,
        closes_at=_until(arrival),
        ways=interviews.survey(arrival.interview.questions),
        stage=stage_of(token, row) if row else None,
        handed_in=row is not None and SessionState(row.state).handed_in,
        accommodated=arrival.link.accommodation.any,
        holding=holding,
        advance=privacy.terms(holding, told_at) if told_at is not None else None,
        posting=_posting(arrival, variables, address, token),
        values=values,
        errors=errors or {},
    )


def _posting(arrival: Arrival, variables: dict[str, Any], address: PublicAddress, token: str) -> str:
    """The vacancy as JSON-LD for search engines; empty behind personal invitations, and without a vacancy."""
    if arrival.link.kind is not interviews.LinkKind.PUBLIC:
        return ""
    logo = variables["logo_address"]
    posted_by = interviews.PostedBy(variables["company"], None if logo is None else address.of(logo))
    posting = interviews.job_posting(arrival.interview, posted_by, address.of(f"/{token}"))
    return "" if posting is None else json.dumps(posting, ensure_ascii=False).replace("<", "\\u003c")


def _until(arrival: Arrival) -> Any:
    ends = [moment for moment in (arrival.interview.closes_at, arrival.link.expires_at) if moment is not None]
    return min(ends) if ends else None


@router.post("/{token}")
async def begin(
    token: str,
    request: Request,
    db: DbSession,
    address: Annotated[PublicAddress, instance(PublicAddress)],
    name: Annotated[str, Form()] = "",
    email: Annotated[str, Form()] = "",
    profile_url: Annotated[str, Form()] = "",
) -> Response:
    """Opens the session and leads to the notice. What was entered stays on errors."""
    arrival, _entry, row = await arrive_at(request, db, token)
    if row is not None:
        return RedirectResponse(stage_of(token, row), 303)
    values = {"name": name, "email": email, "profile_url": profile_url}
    errors: dict[str, str] = {}
    status = 422
    try:
        form = schemas.StartInput(name=name, email=email, profile_url=profile_url.strip() or None)
    except ValidationError as error:
        errors = _in_words(error)
    else:
        try:
            key = await start.start(
                db,
                arrival,
                name=form.name,
                email=form.email,
                profile_url=form.profile_url,
                user_agent=request.headers.get("user-agent", ""),
            )
        except DuplicateCandidate as refusal:
            errors, status = {"email": refusal.message}, refusal.status
        else:
            response = RedirectResponse(f"/{token}/consent", 303)
            candidate.keep(request, response, HeldKey(key, token))
            return response
    return await _landing_page(request, db, address, token, arrival, None, values, errors=errors, status=status)


def _in_words(error: ValidationError) -> dict[str, str]:
    said = {
        "name": _("Enter your name, as you want to be called."),
        "email": _("Enter your e-mail address, like name@example.org."),
        "profile_url": _("Enter the whole address of your profile, beginning with https://, or leave it empty."),
    }
    return {str(item["loc"][0]): said[str(item["loc"][0])] for item in error.errors()}
