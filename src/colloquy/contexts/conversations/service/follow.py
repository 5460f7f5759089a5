"""Reading along: what comes in a conversation after a place in it, as events, until it is the candidate's turn.

An event's id is `seq-n`: the message, and how much of it the reader has after this event. `n` is the revision times
100,000 plus the number of characters, so it is enough to go on exactly there, from any process, whether the words are
still being composed or stored long ago.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations import queries
from colloquy.contexts.conversations.errors import ConversationNotFound
from colloquy.contexts.conversations.policy import course, limits
from colloquy.contexts.conversations.policy.course import Message, Turn
from colloquy.contexts.conversations.service import news, read, turns, views
from colloquy.contexts.conversations.service.compose import Compositions
from colloquy.contexts.conversations.service.composition import Composition
from colloquy.contexts.conversations.service.read import Standing
from colloquy.kit import clock
from colloquy.kit.db import Database, Scope
from colloquy.kit.fanout import Fanout, Note, Subscription
from colloquy.kit.i18n import gettext as _

_REVISION = 100_000


@dataclass(frozen=True, slots=True)
class Position:
    """How far a reader has come: so many characters of this revision of this message, and all before it."""

    seq: int
    revision: int = 0
    offset: int = 0

    def __str__(self) -> str:
        return f"{self.seq}-{self.revision * _REVISION + self.offset}"


def position(event_id: str) -> Position:
    """The place that an event's id names. ValueError for anything else."""
    seq, _mark, n = event_id.partition("-")
    revision, offset = divmod(int(n), _REVISION)
    return Position(int(seq), revision, offset)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the stream. Without a name it is a sign of life; without a position it moves no reader on."""

    name: str = ""
    data: dict[str, Any] | None = None
    position: Position | None = None


PING = Event()


@dataclass(frozen=True, slots=True)
class Reader:
    """One who reads along, and the process's things that this takes."""

    database: Database
    compositions: Compositions
    fanout: Fanout
    scope: Scope
    conversation_id: UUID


@dataclass(slots=True)
class _Walk:
    """A reader's way through the conversation: how far they are, the turn they read along, whether they are through."""

    at: Position
    composition: Composition | None
    over: bool = False


async def follow(
    reader: Reader, at: Position, composition: Composition | None = None, *, first: Event | None = None
) -> AsyncIterator[Event]:
    """What comes after `at`, to the end of the interviewer's turn. `composition` is the turn where it is known;
    `first` is told before everything else.
    """
    if first is not None:
        yield first
    walk = _Walk(at, composition)
    with reader.fanout.subscribe(news.channel(reader.conversation_id)) as wake:
        while not walk.over:
            part = _stored(reader, walk, wake) if walk.composition is None else _along(reader, walk, walk.composition)
            async for event in part:
                walk.at = event.position or walk.at
                yield event


async def _along(reader: Reader, walk: _Walk, composition: Composition) -> AsyncIterator[Event]:
    """A turn that this process composes, to its end. One that was lost to somebody else is looked up afterwards."""
    async for event in _words(composition, walk.at):
        yield event
    finished, walk.composition = composition.finished, None
    if finished is None:
        return
    yield _done(finished.message, finished.standing, _end_of(finished.message))
    if finished.following is None:
        walk.over = True
    else:
        walk.composition = reader.compositions.get(finished.following.message_id)


async def _stored(reader: Reader, walk: _Walk, wake: Subscription) -> AsyncIterator[Event]:
    """What the tables have after the reader's place. A turn that another process composes is waited for."""
    seen = await _look(reader, walk.at)
    for event in _catch_up(seen, walk.at):
        yield event
    if seen.pending is None:
        walk.over = True
        return
    walk.composition = reader.compositions.get(seen.pending.id)
    if walk.composition is None:
        yield Event("thinking", {"seq": seen.pending.seq, "still": True})
        if await wake.get(limits.STILL_THINKING_SECONDS) is Note.END:
            yield going_down()
            walk.over = True


def before_turn(known: Sequence[Message]) -> Position:
    """Where somebody stands who has read everything but the turn that is being composed."""
    pending = course.composing(known)
    if pending is not None:
        return Position(pending.seq - 1)
    counted = course.active(known)
    return _end_of(counted[-1]) if counted else Position(0)


def going_down() -> Event:
    """The process stops; another one will answer."""
    return Event("error", {"code": "going_away", "message": _("The server restarts. Nothing is lost."), "retry": True})


@dataclass(frozen=True, slots=True)
class _Seen:
    """Messages that the reader may not have whole, the turn being composed, and where the conversation is."""

    behind: list[Message]
    pending: Message | None
    standing: Standing


async def _look(reader: Reader, at: Position) -> _Seen:
    """What the tables say. A turn that nobody composes is begun, or taken over."""
    async with reader.database.begin(reader.scope) as db:
        standing, known = await _now(db, reader)
        pending = course.composing(known)
    held_by_nobody = pending is None or pending.lease_until is None or pending.lease_until <= clock.now()
    if standing.open and standing.turn is Turn.INTERVIEWER and held_by_nobody:
        async with reader.database.begin(reader.scope) as db:
            row = await queries.lock_conversation(db, reader.scope, reader.conversation_id)
            if row is None:
                raise ConversationNotFound(_("This conversation is not there any more."))
            known = await read.messages(db, reader.scope, reader.conversation_id)
            held = await turns.ensure(db, row, known, reader.compositions.owner)
            standing, known = await _now(db, reader)
        if held is not None:
            reader.compositions.begin(held)
    pending = course.composing(known)
    behind = [
        message
        for message in course.active(known)
        if message is not pending and (message.seq > at.seq or (message.seq == at.seq and message.who == "interviewer"))
    ]
    return _Seen(behind, pending, standing)


async def _now(db: AsyncSession, reader: Reader) -> tuple[Standing, list[Message]]:
    row = await queries.conversation(db, reader.scope, reader.conversation_id)
    if row is None:
        raise ConversationNotFound(_("This conversation is not there any more."))
    known = await read.messages(db, reader.scope, reader.conversation_id)
    return read.standing(row, known), known


def _catch_up(seen: _Seen, at: Position) -> Iterator[Event]:
    """What is stored already, or the rest of it; at least a word on where the conversation is when nothing follows."""
    for message in seen.behind:
        if message.who == "candidate":
            yield said(message)
            continue
        end, text = _end_of(message), {"seq": message.seq, "text": message.text}
        if at.seq != message.seq:
            yield Event("token", text, end)
        elif at.revision != message.revision:
            yield Event("replace", text, end)
        elif at.offset < len(message.text):
            yield Event("token", {**text, "text": message.text[at.offset :]}, end)
        yield _done(message, seen.standing, end)
    if seen.pending is None and not any(message.who == "interviewer" for message in seen.behind):
        yield _done(None, seen.standing, None)


async def _words(composition: Composition, at: Position) -> AsyncIterator[Event]:
    """The words of a turn while they come."""
    seq, revision, offset = composition.seq, composition.revision, 0
    if at.seq == seq:
        revision, offset = at.revision, at.offset
    patience = limits.STILL_THINKING_SECONDS
    if not composition.text and not composition.over:
        yield Event("thinking", {"seq": seq, "still": False})
    while True:
        text = composition.text
        if composition.revision != revision and text:
            revision, offset = composition.revision, len(text)
            yield Event("replace", {"seq": seq, "text": text}, Position(seq, revision, offset))
        elif composition.revision == revision and len(text) > offset:
            piece, offset = text[offset:], len(text)
            yield Event("token", {"seq": seq, "text": piece}, Position(seq, revision, offset))
        elif composition.over:
            return
        elif not await composition.change(patience):
            yield PING if patience > limits.STILL_THINKING_SECONDS else Event("thinking", {"seq": seq, "still": True})
            patience = limits.HEARTBEAT_SECONDS


def said(message: Message) -> Event:
    """A stored message of the candidate."""
    return Event("message", views.message_view(message).model_dump(mode="json"), Position(message.seq))


def _done(message: Message | None, standing: Standing, at: Position | None) -> Event:
    shown = None if message is None else views.message_view(message).model_dump(mode="json")
    return Event("done", {"message": shown, "conversation": views.standing_view(standing).model_dump(mode="json")}, at)


def _end_of(message: Message) -> Position:
    return Position(message.seq, message.revision, len(message.text))
