"""Going on on another device, withdrawing, and being out of time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from colloquy.contexts.sessions import schemas
from colloquy.contexts.sessions.errors import NotYourSession, WrongCode
from colloquy.contexts.sessions.pages.framing import inside, shared, stage_of
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.contexts.sessions.service import arrive, asking, candidate, devices, place, start, withdraw
from colloquy.contexts.sessions.service.arrive import Arrival
from colloquy.contexts.sessions.service.keys import HeldKey
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])


SecretKey = Annotated[Secret, instance(Secret)]


@router.get("/{token}/continue")
async def another_device(token: str, request: Request, db: DbSession) -> Response:
    """Asks for the address that the interview was begun with."""
    arrival = await arrive.arrive(db, token, returning=True)
    return await _continue_page(request, db, token, arrival)


async def _continue_page(
    request: Request,
    db: DbSession,
    token: str,
    arrival: Arrival,
    *,
    step: str = "email",
    email: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    return pages.render(
        request,
        "sessions/continue.html",
        status=422 if errors else 200,
        **await shared(db, arrival),
        token=token,
        step=step,
        email=email,
        minutes=devices.CODE_MINUTES,
        errors=errors or {},
    )


@router.post("/{token}/continue")
async def send_code(
    token: str, request: Request, db: DbSession, secret: SecretKey, email: Annotated[str, Form()] = ""
) -> Response:
    """Has the code sent, if there is anybody to send it to, and asks for it in any case."""
    arrival = await arrive.arrive(db, token, returning=True)
    try:
        form = schemas.ContinueInput(email=email)
    except ValidationError:
        errors = {"email": _("Enter the e-mail address that you began the interview with.")}
        return await _continue_page(request, db, token, arrival, email=email, errors=errors)
    await devices.ask_for_code(db, secret, arrival, token, form.email)
    return await _continue_page(request, db, token, arrival, step="code", email=form.email)


@router.post("/{token}/continue/code")
async def use_code(
    token: str,
    request: Request,
    database: Annotated[Database, instance(Database)],
    secret: SecretKey,
    email: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
) -> Response:
    """Gives this browser a key, and goes on where the candidate stopped."""
    async with database.begin() as db:
        arrival = await arrive.arrive(db, token, returning=True)
    agent = request.headers.get("user-agent", "")
    try:
        key = await devices.continue_here(database, secret, arrival, email=email, code=code, user_agent=agent)
    except WrongCode as refusal:
        async with database.begin(arrival.scope) as db:
            errors = {"code": refusal.message}
            return await _continue_page(request, db, token, arrival, step="code", email=email, errors=errors)
    async with database.begin() as db:
        response = RedirectResponse(stage_of(token, await start.lock_own(db, key)), 303)
    candidate.keep(request, response, HeldKey(key, token))
    return response


@router.get("/{token}/withdraw")
async def ask_to_withdraw(token: str, request: Request, db: DbSession) -> Response:
    """What withdrawing means, before it is done."""
    try:
        arrival, _entry, row = await inside(request, db, token)
    except NotYourSession:
        return RedirectResponse(f"/{token}", 303)
    if row.state == SessionState.WITHDRAWN:
        return RedirectResponse(f"/{token}/withdrawn", 303)
    return pages.render(
        request,
        "sessions/withdraw.html",
        **await shared(db, arrival),
        token=token,
        name=row.name,
        handed_in=SessionState(row.state).handed_in,
        errors={},
    )


@router.post("/{token}/withdraw")
async def withdraw_now(
    token: str, request: Request, db: DbSession, secret: SecretKey, data: Annotated[str, Form()] = ""
) -> Response:
    """Withdraws; `data` says whether what is stored is kept until its day, or is to be erased."""
    arrival, _entry, row = await inside(request, db, token)
    if data not in {"keep", "erase"}:
        return pages.render(
            request,
            "sessions/withdraw.html",
            status=422,
            **await shared(db, arrival),
            token=token,
            name=row.name,
            handed_in=SessionState(row.state).handed_in,
            errors={"data": _("Choose what becomes of what is stored about you.")},
        )
    await withdraw.withdraw(db, row, erase_data=data == "erase")
    if data == "erase":
        await asking.ask_for_erasure(db, secret, row)
    response = RedirectResponse(f"/{token}/{'withdrawn' if data == 'keep' else 'my-data/erase'}", 303)
    candidate.clear_browser(request, response, row.id)
    return response


@router.get("/{token}/withdrawn")
async def withdrawn(token: str, request: Request, db: DbSession) -> Response:
    """That it is done, and what is kept until when."""
    try:
        arrival, _entry, row = await inside(request, db, token)
    except NotYourSession:
        return RedirectResponse(f"/{token}", 303)
    if row.state != SessionState.WITHDRAWN:
        return RedirectResponse(stage_of(token, row), 303)
    return pages.render(request, "sessions/withdrawn.html", **await shared(db, arrival), token=token)


@router.get("/{token}/expired")
async def expired(token: str, request: Request, db: DbSession) -> Response:
    """The time is over: what is there, and whom to ask."""
    try:
        arrival, _entry, row = await inside(request, db, token)
    except NotYourSession:
        return RedirectResponse(f"/{token}", 303)
    if row.state != SessionState.EXPIRED:
        return RedirectResponse(stage_of(token, row), 303)
    found = await place.place(db, row)
    return pages.render(
        request,
        "sessions/expired.html",
        **await shared(db, arrival),
        token=token,
        name=row.name,
        answered=len(found.course.answered),
        total=len(found.course.path),
        expired_at=row.expires_at,
    )
