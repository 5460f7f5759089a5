"""The device check, the room, and the end."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from colloquy.contexts.sessions.errors import NotYourSession
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.pages.framing import inside, shared, stage_of
from colloquy.contexts.sessions.policy import terms
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.contexts.sessions.service import candidate, devices, place, room, views
from colloquy.contexts.sessions.service.arrive import Arrival
from colloquy.contexts.sessions.service.captions import LiveCaptions
from colloquy.kit import clock
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.kit.http.state import DbSession, instance
from colloquy.web import pages
from colloquy.web.csrf import CsrfChecked
from colloquy.web.qr import qr_code

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])


@router.get("/{token}/check")
async def device_check(token: str, request: Request, db: DbSession) -> Response:
    """The candidate sees and hears themselves before anything is recorded."""
    try:
        arrival, entry, row = await inside(request, db, token)
    except NotYourSession:
        return RedirectResponse(f"/{token}", 303)
    granted = terms.granted(row.accommodation)
    kinds = {terms.terms(question, granted).kind.value for question in arrival.interview.questions}
    if SessionState(row.state) is SessionState.OPENED:
        return RedirectResponse(f"/{token}/consent", 303)
    if SessionState(row.state).over or not kinds & {"video", "audio"}:
        return RedirectResponse(stage_of(token, row) if SessionState(row.state).over else f"/{token}/room", 303)
    response = pages.render(
        request,
        "sessions/device_check.html",
        **await shared(db, arrival),
        needs_video="video" in kinds,
        continue_href=f"/{token}/room",
        token=token,
        practice=arrival.interview.practice,
    )
    candidate.keep(request, response, entry)
    return response


@router.get("/{token}/room")
async def recording_room(
    token: str,
    request: Request,
    db: DbSession,
    secret: Annotated[Secret, instance(Secret)],
    address: Annotated[PublicAddress, instance(PublicAddress)],
    captions: Annotated[LiveCaptions, instance(LiveCaptions)],
) -> Response:
    """One question after another, in one page."""
    try:
        arrival, entry, row = await inside(request, db, token)
    except NotYourSession:
        return RedirectResponse(f"/{token}", 303)
    state = SessionState(row.state)
    if state is SessionState.OPENED or state.over:
        return RedirectResponse(stage_of(token, row), 303)
    shown = views.room_view(await room.enter_room(db, secret, row, await devices.key_row(db, entry.key)))
    response = pages.render(
        request,
        "sessions/room.html",
        **await shared(db, arrival),
        candidate={"name": row.name},
        token=token,
        continue_address=address.of(f"/{token}/continue"),
        continue_qr=qr_code(address.of(f"/{token}/continue")),
        live_captions=captions.offered(row.language),
        session={"id": str(row.id), "state": row.state},
        room_json=json.dumps(shown.model_dump(mode="json"), ensure_ascii=False).replace("<", "\\u003c"),
    )
    candidate.keep(request, response, entry)
    return response


@router.get("/{token}/done")
async def done(token: str, request: Request, db: DbSession) -> Response:
    """What happens next, and whom to ask."""
    try:
        arrival, _, row = await inside(request, db, token)
    except NotYourSession:
        return RedirectResponse(f"/{token}", 303)
    if not SessionState(row.state).handed_in:
        return RedirectResponse(stage_of(token, row), 303)
    found = await place.place(db, row)
    given = sum(answer.submitted_at is not None and answer.state != "missing" for answer in found.answers.values())
    return pages.render(
        request,
        "sessions/done.html",
        **await shared(db, arrival),
        name=row.name,
        human_only=row.human_only,
        completed_at=row.completed_at or clock.now(),
        token=token,
        answers=given,
        ended_early=_ended_early(arrival, row),
    )


def _ended_early(arrival: Arrival, row: SessionRow) -> str | None:
    """The recruiter's words for a candidate whose answer has ended the interview by a rule; None for all others."""
    for question in arrival.interview.questions:
        if question.id == row.knocked_out_by and question.knock_out is not None:
            return question.knock_out.message
    return None
