"""The notice, and the choices about recording and automatic evaluation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from colloquy.contexts.sessions.errors import ConsentMissing, NoticeChanged, NotYourSession, SessionOver
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.pages.framing import inside, shared, stage_of
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.contexts.sessions.service import agree
from colloquy.contexts.sessions.service.arrive import Arrival
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])


@router.get("/{token}/consent")
async def notice(token: str, request: Request, db: DbSession) -> Response:
    """What is recorded, who sees it, what a program does; and the choices."""
    try:
        arrival, _entry, row = await inside(request, db, token)
    except NotYourSession:
        return RedirectResponse(f"/{token}", 303)
    if SessionState(row.state) not in {SessionState.OPENED, SessionState.CONSENTED}:
        return RedirectResponse(stage_of(token, row), 303)
    return await _notice_page(request, db, token, arrival, row, {})


async def _notice_page(
    request: Request,
    db: DbSession,
    token: str,
    arrival: Arrival,
    row: SessionRow,
    errors: dict[str, str],
    *,
    status: int = 200,
    chosen: dict[str, str] | None = None,
) -> Response:
    asked = await agree.asked(db, row, arrival.interview)
    return pages.render(
        request,
        "sessions/consent.html",
        status=status,
        **await shared(db, arrival),
        token=token,
        notice=asked.notice,
        program=asked.program,
        longer_days=asked.longer_days,
        chosen=chosen or {},
        errors=errors,
    )


@router.post("/{token}/consent")
async def choose(
    token: str,
    request: Request,
    db: DbSession,
    record: Annotated[str, Form()] = "",
    evaluation: Annotated[str, Form()] = "",
    longer: Annotated[str, Form()] = "",
    notice: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Keeps the choices in the ledger and leads to the check of camera and microphone."""
    arrival, _entry, row = await inside(request, db, token)
    chosen = {"record": record, "evaluation": evaluation, "longer": longer}
    asked = await agree.asked(db, row, arrival.interview)
    if asked.program and evaluation not in {"program", "people"}:
        errors = {"evaluation": _("Choose who evaluates your answers. Both ways are equal.")}
        return await _notice_page(request, db, token, arrival, row, errors, status=422, chosen=chosen)
    try:
        await agree.agree(
            db,
            row,
            arrival.interview,
            record=record == "yes",
            ai_evaluation=evaluation == "program",
            longer_retention=longer == "yes",
            notice_hash=notice or None,
            given_from=request.client.host if request.client else None,
        )
    except ConsentMissing as refusal:
        errors = {"record": refusal.message}
        return await _notice_page(request, db, token, arrival, row, errors, status=422, chosen=chosen)
    except NoticeChanged as refusal:
        # What was chosen was chosen about other words, so nothing of it is filled in again.
        errors = {"notice": refusal.message}
        return await _notice_page(request, db, token, arrival, row, errors, status=refusal.status)
    except SessionOver:
        return RedirectResponse(stage_of(token, row), 303)
    return RedirectResponse(f"/{token}/check", 303)
