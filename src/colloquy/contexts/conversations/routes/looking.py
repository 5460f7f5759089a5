"""Looking at a conversation: as it is stored, and as it changes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from colloquy.contexts.conversations import schemas
from colloquy.contexts.conversations.routes import given
from colloquy.contexts.conversations.routes.event_stream import EventStream
from colloquy.contexts.conversations.service import news, push, read, views
from colloquy.contexts.sessions.public import CurrentKey
from colloquy.kit.db import Scope

router = APIRouter(prefix="/interview")


@router.get("/{conversation_id}/history", response_model=schemas.HistoryView, responses=given.OWN_PROBLEMS)
async def history(
    conversation_id: UUID,
    held: CurrentKey,
    parts: given.TheParts,
    after: Annotated[int, Query(ge=0)] = 0,
) -> schemas.HistoryView:
    """The conversation as it is stored; with `after`, the messages with a higher number."""
    async with parts.database.begin() as db:
        row = await given.readable(db, held, conversation_id)
        scope = Scope(row.org_id)
        known = await read.messages(db, scope, row.id)
        return schemas.HistoryView(
            conversation=views.standing_view(read.standing(row, known)),
            messages=await views.shown(db, parts.secret, scope, known, after=after),
        )


@router.get(
    "/{conversation_id}/events",
    status_code=200,
    response_class=EventStream,
    responses={**given.OWN_PROBLEMS, **given.STREAM},
)
async def changes(conversation_id: UUID, held: CurrentKey, parts: given.TheParts) -> Response:
    """Messages as they change, without being asked: a voice message gets its words, the conversation ends.

    Events: `message` (a message as it is now), `conversation` (where it is), `sync` (read the history afresh).
    """
    async with parts.database.begin() as db:
        row = await given.readable(db, held, conversation_id)
        scope = Scope(row.org_id)
    return EventStream(push.changes(parts.reader(scope, conversation_id), parts.secret, news.channel(conversation_id)))
