"""The candidate's pages, under the clean address `/{token}`."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from colloquy.contexts.identity import public as identity
from colloquy.contexts.sessions import schemas
from colloquy.contexts.sessions.errors import ConsentMissing, DuplicateCandidate, NotYourSession, SessionOver
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.contexts.sessions.service import agree, candidate, room, start, views
from colloquy.contexts.sessions.service.keys import HeldKey
from colloquy.contexts.sessions.service.start import Arrival
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.http.state import DbSession, instance
from colloquy.web import pages
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])


async def _shared(db: DbSession, arrival: Arrival) -> dict[str, Any]:
    organisation = await identity.organisation(db, arrival.scope)
    return {
        "interview": arrival.interview,
        "company": organisation.name,
        "contact": organisation.contact_email,
        "language": arrival.interview.language,
        "accent_css": identity.accent_css(organisation),
    }


async def _arrive(request: Request, db: DbSession, token: str) -> tuple[Arrival, HeldKey | None, SessionRow | None]:
    entry = candidate.held_for(request, token)
    row = await start.own(db, entry.key) if entry else None
    arrival = await start.arrive(db, token, row.id if row else None)
    return arrival, entry if row else None, row


def _stage(token: str, row: SessionRow) -> str:
    """Where a candidate who comes back goes on."""
    state = SessionState(row.state)
    if state.handed_in:
        return f"/{token}/done"
    return {SessionState.OPENED: f"/{token}/consent", SessionState.CONSENTED: f"/{token}/check"}.get(
        state, f"/{token}/room"
    )


@router.get("/{token}")
async def landing(token: str, request: Request, db: DbSession) -> Response:
    """Company, role, what will happen and how long it takes; the form, or the way back in."""
    arrival, _, row = await _arrive(request, db, token)
    return pages.render(
        request,
        "sessions/landing.html",
        **await _shared(db, arrival),
        token=token,
        closes_at=_until(arrival),
        stage=_stage(token, row) if row else None,
        handed_in=row is not None and SessionState(row.state).handed_in,
        values={"name": arrival.link.name or "", "email": arrival.link.email or "", "profile_url": ""},
        errors={},
    )


def _until(arrival: Arrival) -> Any:
    ends = [moment for moment in (arrival.interview.closes_at, arrival.link.expires_at) if moment is not None]
    return min(ends) if ends else None


@router.post("/{token}")
async def begin(
    token: str,
    request: Request,
    db: DbSession,
    name: Annotated[str, Form()] = "",
    email: Annotated[str, Form()] = "",
    profile_url: Annotated[str, Form()] = "",
) -> Response:
    """Opens the session and leads to the notice. What was entered stays on errors."""
    arrival, _, row = await _arrive(request, db, token)
    if row is not None:
        return RedirectResponse(_stage(token, row), 303)
    values = {"name": name, "email": email, "profile_url": profile_url}
    errors: dict[str, str] = {}
    status = 422
    try:
        form = schemas.StartInput(name=name, email=email, profile_url=profile_url.strip() or None)
    except ValidationError as error:
        errors = _in_words(error)
    else:
        try:
            key = await start.start(db, arrival, name=form.name, email=form.email, profile_url=form.profile_url)
        except DuplicateCandidate as refusal:
            errors, status = {"email": refusal.message}, refusal.status
        else:
            response = RedirectResponse(f"/{token}/consent", 303)
            candidate.keep(request, response, HeldKey(key, token))
            return response
    shared = await _shared(db, arrival)
    return pages.render(
        request,
        "sessions/landing.html",
        status=status,
        **shared,
        token=token,
        closes_at=_until(arrival),
        stage=None,
        handed_in=False,
        values=values,
        errors=errors,
    )


def _in_words(error: ValidationError) -> dict[str, str]:
    said = {
        "name": "Enter your name, as you want to be called.",
        "email": "Enter your e-mail address, like name@example.org.",
        "profile_url": "Enter the whole address of your profile, beginning with https://, or leave it empty.",
    }
    return {str(item["loc"][0]): said[str(item["loc"][0])] for item in error.errors()}


async def _inside(request: Request, db: DbSession, token: str) -> tuple[Arrival, HeldKey, SessionRow]:
    arrival, entry, _ = await _arrive(request, db, token)
    if entry is None:
        raise NotYourSession("This browser has not begun this interview. Open the link that you were sent.")
    return arrival, entry, await start.lock_own(db, entry.key)


@router.get("/{token}/consent")
async def notice(token: str, request: Request, db: DbSession) -> Response:
    """What is recorded, who sees it, what a program does; and the choices."""
    try:
        arrival, _, row = await _inside(request, db, token)
    except NotYourSession:
        return RedirectResponse(f"/{token}", 303)
    if SessionState(row.state) not in {SessionState.OPENED, SessionState.CONSENTED}:
        return RedirectResponse(_stage(token, row), 303)
    return await _notice_page(request, db, token, arrival, {})


async def _notice_page(
    request: Request, db: DbSession, token: str, arrival: Arrival, errors: dict[str, str], status: int = 200
) -> Response:
    shown = await agree.notice_for(db, arrival.scope, arrival.interview)
    shared = await _shared(db, arrival)
    return pages.render(
        request, "sessions/consent.html", status=status, **shared, token=token, notice=shown, errors=errors
    )


@router.post("/{token}/consent")
async def choose(
    token: str,
    request: Request,
    db: DbSession,
    record: Annotated[str, Form()] = "",
    evaluation: Annotated[str, Form()] = "",
) -> Response:
    """Keeps the choices in the ledger and leads to the check of camera and microphone."""
    arrival, _, row = await _inside(request, db, token)
    if evaluation not in {"program", "people"}:
        errors = {"evaluation": "Choose who evaluates your answers. Both ways are equal."}
        return await _notice_page(request, db, token, arrival, errors, 422)
    try:
        await agree.agree(
            db,
            row,
            arrival.interview,
            record=record == "yes",
            ai_evaluation=evaluation == "program",
            given_from=request.client.host if request.client else None,
        )
    except ConsentMissing as refusal:
        return await _notice_page(request, db, token, arrival, {"record": refusal.message}, 422)
    except SessionOver:
        return RedirectResponse(_stage(token, row), 303)
    return RedirectResponse(f"/{token}/check", 303)


@router.get("/{token}/check")
async def device_check(token: str, request: Request, db: DbSession) -> Response:
    """The candidate sees and hears themselves before anything is recorded."""
    try:
        arrival, entry, row = await _inside(request, db, token)
    except NotYourSession:
        return RedirectResponse(f"/{token}", 303)
    kinds = arrival.interview.answer_kinds
    if SessionState(row.state) is SessionState.OPENED:
        return RedirectResponse(f"/{token}/consent", 303)
    if SessionState(row.state).handed_in or not kinds & {"video", "audio"}:
        return RedirectResponse(_stage(token, row) if SessionState(row.state).handed_in else f"/{token}/room", 303)
    response = pages.render(
        request,
        "sessions/device_check.html",
        **await _shared(db, arrival),
        needs_video="video" in kinds,
        continue_href=f"/{token}/room",
    )
    candidate.keep(request, response, entry)
    return response


@router.get("/{token}/room")
async def recording_room(
    token: str, request: Request, db: DbSession, secret: Annotated[Secret, instance(Secret)]
) -> Response:
    """One question after another, in one page."""
    try:
        arrival, entry, row = await _inside(request, db, token)
    except NotYourSession:
        return RedirectResponse(f"/{token}", 303)
    state = SessionState(row.state)
    if state is SessionState.OPENED or state.handed_in:
        return RedirectResponse(_stage(token, row), 303)
    shown = views.room_view(await room.enter_room(db, secret, row))
    response = pages.render(
        request,
        "sessions/room.html",
        **await _shared(db, arrival),
        candidate={"name": row.name},
        session={"id": str(row.id), "state": row.state},
        room_json=json.dumps(shown.model_dump(mode="json"), ensure_ascii=False).replace("<", "\\u003c"),
    )
    candidate.keep(request, response, entry)
    return response


@router.get("/{token}/done")
async def done(token: str, request: Request, db: DbSession) -> Response:
    """What happens next, and whom to ask."""
    try:
        arrival, _, row = await _inside(request, db, token)
    except NotYourSession:
        return RedirectResponse(f"/{token}", 303)
    if not SessionState(row.state).handed_in:
        return RedirectResponse(_stage(token, row), 303)
    return pages.render(
        request,
        "sessions/done.html",
        **await _shared(db, arrival),
        name=row.name,
        human_only=row.human_only,
        completed_at=row.completed_at or clock.now(),
        answers=len(arrival.interview.questions),
    )
