"""What the candidate's pages share: who comes by which link, and where they go on."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from colloquy.contexts.identity import public as identity
from colloquy.contexts.sessions.errors import NotYourSession
from colloquy.contexts.sessions.models import SessionRow
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.contexts.sessions.service import arrive, candidate, start
from colloquy.contexts.sessions.service.arrive import Arrival
from colloquy.contexts.sessions.service.keys import HeldKey
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _


async def shared(db: DbSession, arrival: Arrival) -> dict[str, Any]:
    """The variables of every candidate's page."""
    organisation = await identity.organisation(db, arrival.scope)
    return {
        "interview": arrival.interview,
        "company": organisation.name,
        "logo_address": organisation.logo_address,
        "contact": organisation.contact_email,
        "language": arrival.interview.language,
        "accent_css": identity.accent_css(organisation),
    }


async def arrive_at(request: Request, db: DbSession, token: str) -> tuple[Arrival, HeldKey | None, SessionRow | None]:
    """The interview behind the link and, when this browser has begun it, its key and session."""
    entry = candidate.held_for(request, token)
    row = await start.own(db, entry.key) if entry else None
    arrival = await arrive.arrive(db, token, row.id if row else None)
    return arrival, entry if row else None, row


def stage_of(token: str, row: SessionRow) -> str:
    """Where a candidate who comes back goes on."""
    state = SessionState(row.state)
    if state.handed_in:
        return f"/{token}/done"
    if state is SessionState.WITHDRAWN:
        return f"/{token}/withdrawn"
    if state is SessionState.EXPIRED:
        return f"/{token}/expired"
    return {SessionState.OPENED: f"/{token}/consent", SessionState.CONSENTED: f"/{token}/check"}.get(
        state, f"/{token}/room"
    )


async def inside(request: Request, db: DbSession, token: str) -> tuple[Arrival, HeldKey, SessionRow]:
    """The same for a browser that has begun, with the session locked. NotYourSession for any other."""
    arrival, entry, _row = await arrive_at(request, db, token)
    if entry is None:
        raise NotYourSession(_("This browser has not begun this interview. Open the link that you were sent."))
    return arrival, entry, await start.lock_own(db, entry.key)
