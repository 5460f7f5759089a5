"""The interviewer's turns: begun, held by one process at a time, finished, stopped, taken over.

A turn is a message in the state `composing`. Whoever composes it holds a lease; nobody else may store its words
until the lease has run out. The database allows one such message a conversation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations import queries
from colloquy.contexts.conversations.models import ConversationRow, MessageRow
from colloquy.contexts.conversations.policy import course, limits
from colloquy.contexts.conversations.policy.course import Closing, Message, MessageState, Turn
from colloquy.contexts.conversations.policy.interviewer import Act, Move, Plan, Said
from colloquy.contexts.conversations.policy.moves import next_move
from colloquy.contexts.conversations.service import news, read
from colloquy.contexts.conversations.service.read import Standing
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue


@dataclass(frozen=True, slots=True)
class Held:
    """A turn that this process holds, with all that composing it takes."""

    scope: Scope
    conversation_id: UUID
    session_id: UUID
    message_id: UUID
    seq: int
    revision: int
    plan: Plan
    said: tuple[Said, ...]
    move: Move


@dataclass(frozen=True, slots=True)
class Finished:
    """A turn whose words are stored, and where the conversation is then. `following`: the interviewer speaks on, in a
    turn that this process holds.
    """

    message: Message
    standing: Standing
    following: Held | None


async def ensure(db: AsyncSession, row: ConversationRow, known: list[Message], owner: UUID) -> Held | None:
    """A turn to compose now: a new one when it is the interviewer's, or one that its process has let go.

    None when the candidate is to speak, the conversation is over, or somebody holds the turn. `row` is locked.
    """
    if row.state != "open":
        return None
    pending = course.composing(known)
    if pending is None:
        return await _begin(db, row, known, owner) if course.turn(known) is Turn.INTERVIEWER else None
    if pending.lease_until is not None and pending.lease_until > clock.now():
        return None
    return await _take_over(db, row, known, pending, owner)


async def _begin(db: AsyncSession, row: ConversationRow, known: list[Message], owner: UUID) -> Held:
    plan, said = read.plan_of(row), course.said(known)
    move = next_move(plan, said, seconds_left=_seconds_left(row))
    last = course.last_own(known)
    message = MessageRow(
        id=new_id(),
        org_id=row.org_id,
        conversation_id=row.id,
        seq=next_seq(known),
        who="interviewer",
        state=MessageState.COMPOSING.value,
        act=move.act.value,
        topic_id=move.topic_id,
        lack=move.lack,
        reply_to=last.id if last else None,
        created_at=clock.now(),
        lease_owner=owner,
        lease_until=lease_end(),
    )
    db.add(message)
    await db.flush()
    await news.tell(db, row.id, message.seq)
    return _held(row, message, plan, said, move)


async def _take_over(
    db: AsyncSession, row: ConversationRow, known: list[Message], pending: Message, owner: UUID
) -> Held | None:
    message = await queries.message(db, Scope(row.org_id), pending.id)
    if message is None or message.state != MessageState.COMPOSING:
        return None
    plan, said = read.plan_of(row), course.said(known)
    move = next_move(plan, said, seconds_left=_seconds_left(row))
    message.act, message.topic_id, message.lack = move.act.value, move.topic_id, move.lack
    # Readers may have seen the beginning of other words: the next revision replaces them.
    message.text, message.revision = "", message.revision + 1
    message.lease_owner, message.lease_until = owner, lease_end()
    await db.flush()
    await news.tell(db, row.id, message.seq)
    return _held(row, message, plan, said, move)


def _held(row: ConversationRow, message: MessageRow, plan: Plan, said: tuple[Said, ...], move: Move) -> Held:
    return Held(
        scope=Scope(row.org_id),
        conversation_id=row.id,
        session_id=row.session_id,
        message_id=message.id,
        seq=message.seq,
        revision=message.revision,
        plan=plan,
        said=said,
        move=move,
    )


async def finish(
    db: AsyncSession, held: Held, owner: UUID, *, text: str, revision: int, interviewer: str, stopped: bool
) -> Finished | None:
    """Stores the words of a turn; after a farewell the conversation is over. None when the turn was lost."""
    row = await queries.lock_conversation(db, held.scope, held.conversation_id)
    message = await queries.message(db, held.scope, held.message_id)
    if row is None or message is None or message.state != MessageState.COMPOSING or message.lease_owner != owner:
        return None
    message.state = (MessageState.STOPPED if stopped else MessageState.COMPLETE).value
    message.text, message.revision, message.interviewer = text, revision, interviewer
    message.completed_at, message.lease_owner, message.lease_until = clock.now(), None, None
    await db.flush()
    known = await read.messages(db, held.scope, row.id)
    if held.move.act is Act.CLOSING and row.state == "open":
        await close(db, row, Closing.TIME if _seconds_left(row) <= 0 else Closing.SAID)
    following = await ensure(db, row, known, owner)
    if following is not None:
        known = await read.messages(db, held.scope, row.id)
    await news.tell(db, row.id, message.seq)
    return Finished(read.message(message), read.standing(row, known), following)


async def let_go(db: AsyncSession, held: Held, owner: UUID) -> None:
    """Gives a turn back unfinished: whoever comes next may compose it at once."""
    message = await queries.message(db, held.scope, held.message_id)
    if message is not None and message.state == MessageState.COMPOSING and message.lease_owner == owner:
        message.lease_until = clock.now()


async def cut_short(db: AsyncSession, row: ConversationRow, known: list[Message], *, keep: bool) -> list[Message]:
    """Ends a turn that is being composed, wherever that happens; its process finds that it was lost.

    With `keep` what is known of its words counts as said. Returns the messages as they are now. `row` is locked.
    """
    pending = course.composing(known)
    if pending is None:
        return known
    message = await queries.message(db, Scope(row.org_id), pending.id)
    if message is not None:
        message.state, message.lease_owner, message.lease_until = MessageState.STOPPED.value, None, None
        message.completed_at, message.revision = clock.now(), message.revision + 1
        if not keep:
            message.text, message.superseded_at = "", clock.now()
        await db.flush()
        await news.tell(db, row.id, message.seq)
    return await read.messages(db, Scope(row.org_id), row.id)


async def close(db: AsyncSession, row: ConversationRow, why: Closing) -> None:
    """Ends the conversation. Its words are handed in by whoever comes first, at the latest by a job."""
    row.state, row.ended_at, row.closing = "closed", clock.now(), why.value
    await db.flush()
    await enqueue(db, "conversations.hand_in", org_id=row.org_id, conversation_id=row.id)
    await news.tell(db, row.id)


def next_seq(known: list[Message]) -> int:
    """The number of the next message."""
    return known[-1].seq + 1 if known else 1


def lease_end() -> datetime:
    """Until when a turn is held that is taken, or renewed, now."""
    return clock.now() + timedelta(seconds=limits.LEASE_SECONDS)


def _seconds_left(row: ConversationRow) -> float:
    return (row.must_end_at - clock.now()).total_seconds()
