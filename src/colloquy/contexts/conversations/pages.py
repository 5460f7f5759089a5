"""The candidate's page of a conversation, `/{token}/chat`: whole from the server, made lively by its script."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations import queries
from colloquy.contexts.conversations.models import ConversationRow
from colloquy.contexts.conversations.policy import limits
from colloquy.contexts.conversations.service import open as opening
from colloquy.contexts.conversations.service import read, views
from colloquy.contexts.identity import public as identity
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.errors import Refusal
from colloquy.kit.http.state import DbSession, instance
from colloquy.web import pages
from colloquy.web.csrf import CsrfChecked

router = APIRouter(include_in_schema=False, dependencies=[CsrfChecked])


@router.get("/{token}/chat")
async def chat(token: str, request: Request, db: DbSession, secret: Annotated[Secret, instance(Secret)]) -> Response:
    """The conversation that is the candidate's turn. Who is not there yet, or any more, is led to where they are."""
    entry = sessions.held_for(request, token)
    mine = await sessions.own(db, entry.key) if entry else None
    arrival = await sessions.arrive(db, token, mine.id if mine else None)
    if entry is None or mine is None:
        return RedirectResponse(f"/{token}", 303)
    row = await _conversation(db, entry.key)
    if row is None:
        return RedirectResponse(f"/{token}/room", 303)
    scope, known = Scope(row.org_id), await read.messages(db, Scope(row.org_id), row.id)
    standing, organisation = read.standing(row, known), await identity.organisation(db, scope)
    if standing.handed_in:
        return RedirectResponse(f"/{token}/room", 303)
    shown = await views.shown(db, secret, scope, known)
    view = views.standing_view(standing)
    facts = {
        "conversation": view.model_dump(mode="json"),
        "room": f"/{token}/room",
        "characters": limits.MESSAGE_CHARACTERS,
        "voice_seconds": limits.VOICE_SECONDS,
    }
    response = pages.render(
        request,
        "conversations/chat.html",
        interview=arrival.interview,
        company=organisation.name,
        logo_address=organisation.logo_address,
        language=mine.language,
        accent_css=identity.accent_css(organisation),
        token=token,
        conversation=view,
        shown=shown,
        characters=limits.MESSAGE_CHARACTERS,
        chat_json=json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c"),
    )
    sessions.keep(request, response, entry)
    return response


async def _conversation(db: AsyncSession, key: sessions.Key) -> ConversationRow | None:
    """The session's open conversation, or the last one that waits to be handed in; None when there is neither."""
    session = await sessions.lock_own(db, key)
    try:
        async with db.begin_nested():
            return await opening.open_own(db, await sessions.open_conversation(db, session))
    except Refusal:
        waiting = await queries.of_session(db, Scope(session.org_id), session.id)
        return next((row for row in waiting if row.handed_in_at is None), None)
