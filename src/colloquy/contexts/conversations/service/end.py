"""The end of a conversation: because the time is over or the candidate has nothing to add; handing its words in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations import queries
from colloquy.contexts.conversations.models import ConversationRow, MessageRow
from colloquy.contexts.conversations.policy import course, limits
from colloquy.contexts.conversations.policy.course import Closing, Message, MessageState
from colloquy.contexts.conversations.policy.interviewer import Act
from colloquy.contexts.conversations.service import news, read, turns
from colloquy.contexts.conversations.service.open import end_at
from colloquy.contexts.conversations.service.read import Standing
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue

_LOOK_AGAIN_SECONDS = 3.0


def overdue(row: ConversationRow) -> bool:
    """Whether even a message that was being written when the time ended comes too late."""
    return clock.now() >= row.must_end_at + timedelta(seconds=limits.END_GRACE_SECONDS)


async def end_now(db: AsyncSession, row: ConversationRow, known: list[Message], why: Closing, interviewer: str) -> None:
    """Says the farewell in fixed words and closes. What is being composed is cut short. `row` is locked and open."""
    known = await turns.cut_short(db, row, known, keep=True)
    message = MessageRow(
        id=new_id(),
        org_id=row.org_id,
        conversation_id=row.id,
        seq=turns.next_seq(known),
        who="interviewer",
        state=MessageState.COMPLETE.value,
        text=course.farewell(read.plan_of(row), known, time_over=why is Closing.TIME),
        act=Act.CLOSING.value,
        interviewer=interviewer,
        created_at=clock.now(),
        completed_at=clock.now(),
    )
    db.add(message)
    await db.flush()
    await turns.close(db, row, why)
    await news.tell(db, row.id, message.seq)


async def end_in_time(db: AsyncSession, scope: Scope, conversation_id: UUID, interviewer: str) -> None:
    """Ends the conversation if its time is over; looks again later when more time was given meanwhile."""
    row = await queries.lock_conversation(db, scope, conversation_id)
    if row is None or row.state != "open":
        return
    if not overdue(row):
        await end_at(db, row)
        return
    await end_now(db, row, await read.messages(db, scope, row.id), Closing.TIME, interviewer)


async def end_with_session(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """The session is over: nothing can be said any more."""
    for found in await queries.of_session(db, scope, session_id):
        row = await queries.lock_conversation(db, scope, found.id)
        if row is not None and row.state == "open":
            await turns.cut_short(db, row, await read.messages(db, scope, row.id), keep=True)
            await turns.close(db, row, Closing.SESSION)


async def hand_in(db: AsyncSession, scope: Scope, conversation_id: UUID) -> Standing | None:
    """Makes the words of a conversation that has ended the answer. Doing it again changes nothing.

    While a voice message is still being turned into text it waits, but not for ever: the Standing then says that
    nothing was handed in, and a job looks again. None when the conversation is not there.
    """
    found = await queries.conversation(db, scope, conversation_id)
    if found is None:
        return None
    known = await read.messages(db, scope, conversation_id)
    if found.state == "open" or found.handed_in_at is not None:
        return read.standing(found, known)
    waits_until = (found.ended_at or clock.now()) + timedelta(seconds=limits.VOICE_WAIT_SECONDS)
    if course.listening(known) and clock.now() < waits_until:
        await _look_again(db, found)
        return read.standing(found, known)
    # The session before the conversation: everybody who locks both takes them in this order.
    await sessions.finish_conversation(db, scope, found.answer_id, course.words(known))
    row = await queries.lock_conversation(db, scope, conversation_id)
    if row is None:
        return None
    row.handed_in_at = row.handed_in_at or clock.now()
    await db.flush()
    await news.tell(db, row.id)
    return read.standing(row, known)


async def _look_again(db: AsyncSession, row: ConversationRow) -> None:
    at = clock.now() + timedelta(seconds=_LOOK_AGAIN_SECONDS)
    await enqueue(
        db,
        "conversations.hand_in",
        at=at,
        once=f"conversations.hand_in:{row.id}",
        org_id=row.org_id,
        conversation_id=row.id,
    )
