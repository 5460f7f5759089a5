"""Talking: the stream of the interviewer's words, and what candidates do. Authenticated by their cookie or header."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response

from colloquy.contexts.conversations import schemas
from colloquy.contexts.conversations.errors import (
    ConversationNotFound,
    ConversationOver,
    MessageNotFound,
    NotTheLastMessage,
    TooMuchSaid,
    VoiceUnderWay,
)
from colloquy.contexts.conversations.policy import course
from colloquy.contexts.conversations.routes import given
from colloquy.contexts.conversations.routes.event_stream import EventStream
from colloquy.contexts.conversations.service import end, follow, read, say, turns, views
from colloquy.contexts.conversations.service import open as opening
from colloquy.contexts.sessions import public as sessions
from colloquy.contexts.sessions.public import CurrentKey
from colloquy.kit.db import Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.http.problem import problems
from colloquy.kit.i18n import gettext as _

router = APIRouter(prefix="/interview")


@router.post("/chat", response_model=schemas.HistoryView, responses=problems(sessions.NotYourSession))
async def open_conversation(form: schemas.OpenInput, held: CurrentKey, parts: given.TheParts) -> schemas.HistoryView:
    """The conversation that is the candidate's turn in the interview, opened by this if it was not."""
    async with parts.database.begin() as db:
        session = await sessions.lock_own(db, held.key)
        await sessions.require_tab(db, session, form.tab)
        row = await opening.open_own(db, await sessions.open_conversation(db, session))
        known = await read.messages(db, Scope(row.org_id), row.id)
        return schemas.HistoryView(
            conversation=views.standing_view(read.standing(row, known)),
            messages=await views.shown(db, parts.secret, Scope(row.org_id), known),
        )


@router.post(
    "/chat/stream",
    status_code=200,
    response_class=EventStream,
    responses={**given.OWN_PROBLEMS, **given.SAY_PROBLEMS, **given.STREAM},
)
async def stream(
    form: schemas.StreamInput,
    held: CurrentKey,
    parts: given.TheParts,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Sends a message, or lets the interviewer go on, and streams what comes until it is the candidate's turn.

    Events: `message`, `thinking`, `token`, `replace`, `done`, `error`. After a cut, the same request with the id of
    the last event that arrived goes on exactly there.
    """
    if (form.client_message_id is None) != (form.text is None):
        raise Malformed(_("Send a text together with client_message_id, or neither."))
    owner, name = parts.compositions.owner, parts.interviewers.rules.name
    async with parts.database.begin() as db:
        row, _other = await given.locked(db, held, form.conversation_id, form.tab)
        if form.client_message_id is not None and form.text is not None:
            came = await say.say(db, row, form.client_message_id, form.text, owner=owner, interviewer=name)
        else:
            came = await say.go_on(db, row, owner, name)
        known = await read.messages(db, Scope(row.org_id), row.id)
    composition = None if came.held is None else parts.compositions.begin(came.held)
    if came.refusal is not None:
        raise came.refusal
    at = _position(form.last_event_id or last_event_id)
    first = None
    if at is None and came.message is not None:
        first, at = follow.said(came.message), follow.Position(came.message.seq)
    elif at is None:
        at = follow.before_turn(known)
    # A turn that is known may be read along at once, unless the reader has something to catch up with before it.
    near = composition is not None and at.seq in {composition.seq, composition.seq - 1}
    reader = parts.reader(Scope(row.org_id), row.id)
    return EventStream(follow.follow(reader, at, composition if near else None, first=first))


def _position(event_id: str | None) -> follow.Position | None:
    try:
        return None if event_id is None else follow.position(event_id)
    except ValueError as error:
        raise Malformed(_("Last-Event-ID is not an id of this stream.")) from error


@router.post("/chat/stop", response_model=schemas.StandingView, responses=given.OWN_PROBLEMS)
async def stop(form: schemas.ConversationInput, held: CurrentKey, parts: given.TheParts) -> schemas.StandingView:
    """Cuts the interviewer short: what was said so far stays, and the candidate may speak. Who one talks to, and the
    farewell, are said whole at once instead. Nothing being said is fine.
    """
    async with parts.database.begin() as db:
        row, _other = await given.locked(db, held, form.conversation_id, form.tab)
        known = await read.messages(db, Scope(row.org_id), row.id)
    pending = course.composing(known)
    if pending is not None and not await parts.compositions.stop(pending.id):
        async with parts.database.begin() as db:  # composed by another process, which finds out
            row, _other = await given.locked(db, held, form.conversation_id, form.tab)
            known = await read.messages(db, Scope(row.org_id), row.id)
            await turns.cut_short(db, row, known, keep=True)
    return await _standing(held, parts, form.conversation_id)


@router.post(
    "/chat/end",
    response_model=schemas.StoredView,
    responses={**given.OWN_PROBLEMS, **problems(VoiceUnderWay)},
)
async def finish(form: schemas.ConversationInput, held: CurrentKey, parts: given.TheParts) -> schemas.StoredView:
    """The candidate has nothing to add: the interviewer says goodbye, the words are handed in. Again is fine."""
    async with parts.database.begin() as db:
        row, _other = await given.locked(db, held, form.conversation_id, form.tab)
        scope = Scope(row.org_id)
        pending = course.composing(await read.messages(db, scope, row.id))
        await say.finish(db, row, parts.interviewers.rules.name)
    if pending is not None:
        parts.compositions.discard(pending.id)
    async with parts.database.begin(scope) as db:
        standing = await end.hand_in(db, scope, form.conversation_id)
        known = course.active(await read.messages(db, scope, form.conversation_id))
    if standing is None:
        raise ConversationNotFound(_("This conversation is not there any more."))
    return schemas.StoredView(message=views.message_view(known[-1]), conversation=views.standing_view(standing))


@router.patch(
    "/messages/{message_id}",
    response_model=schemas.StoredView,
    responses={**given.OWN_PROBLEMS, **problems(MessageNotFound, NotTheLastMessage, ConversationOver, TooMuchSaid)},
)
async def edit(
    message_id: schemas.JsonId, form: schemas.EditInput, held: CurrentKey, parts: given.TheParts
) -> schemas.StoredView:
    """Says the candidate's last message anew; the interviewer answers anew (read it from the stream).

    What it had answered to the old wording counts no more. People who review the interview see both wordings.
    """
    composition = None
    async with parts.database.begin() as db:
        session = await sessions.lock_own(db, held.key)
        await sessions.require_tab(db, session, form.tab)
        row = await opening.lock_of_message(db, Scope(session.org_id), session.id, message_id)
        known = await read.messages(db, Scope(row.org_id), row.id)
        pending = course.composing(known)
        message = await say.edit(db, row, message_id, form.client_message_id, form.text)
        known = await read.messages(db, Scope(row.org_id), row.id)
        composition = await turns.ensure(db, row, known, parts.compositions.owner)
        standing = read.standing(row, await read.messages(db, Scope(row.org_id), row.id))
    if composition is not None:
        if pending is not None:
            parts.compositions.discard(pending.id)
        parts.compositions.begin(composition)
    return schemas.StoredView(message=views.message_view(message), conversation=views.standing_view(standing))


async def _standing(held: sessions.HeldKey, parts: given.Parts, conversation_id: UUID) -> schemas.StandingView:
    async with parts.database.begin() as db:
        row = await given.readable(db, held, conversation_id)
        known = await read.messages(db, Scope(row.org_id), row.id)
        return schemas.StandingView(conversation=views.standing_view(read.standing(row, known)))
