"""What others may know of a conversation, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations import queries
from colloquy.contexts.conversations.models import ConversationRow, MessageRow
from colloquy.contexts.conversations.policy import course, plans
from colloquy.contexts.conversations.policy.course import Closing, Message, MessageState, Turn
from colloquy.contexts.conversations.policy.interviewer import Act, Plan, Who
from colloquy.kit import clock
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation is now. `handed_in`: its words are the answer, and the interview goes on."""

    id: UUID
    open: bool
    turn: Turn
    seconds_left: int
    topics_done: int
    topics_total: int
    handed_in: bool


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """A conversation as people review it: every message, superseded and unclear ones among them, in order."""

    id: UUID
    session_id: UUID
    answer_id: UUID
    open: bool
    closing: Closing | None
    opened_at: datetime
    must_end_at: datetime
    ended_at: datetime | None
    plan: Plan
    messages: tuple[Message, ...]


async def messages(db: AsyncSession, scope: Scope, conversation_id: UUID) -> list[Message]:
    """All messages, in order."""
    return [message(row) for row in await queries.messages(db, scope, conversation_id)]


def plan_of(row: ConversationRow) -> Plan:
    """What the conversation is about."""
    return plans.from_json(row.plan)


def standing(row: ConversationRow, known: list[Message]) -> Standing:
    """Where the conversation is, going by all its messages."""
    plan = plan_of(row)
    is_open = row.state == "open"
    left = int((row.must_end_at - clock.now()).total_seconds()) if is_open else 0
    return Standing(
        id=row.id,
        open=is_open,
        turn=course.turn(known) if is_open else Turn.NOBODY,
        seconds_left=max(0, left),
        topics_done=course.topics_done(plan, known),
        topics_total=len(plan.topics),
        handed_in=row.handed_in_at is not None,
    )


async def conversation(db: AsyncSession, scope: Scope, answer_id: UUID) -> StoredConversation | None:
    """The conversation that is this answer, or None when there is none (any more)."""
    row = await queries.of_answer(db, scope, answer_id)
    return None if row is None else await _stored(db, scope, row)


async def conversations_of(db: AsyncSession, scope: Scope, session_id: UUID) -> list[StoredConversation]:
    """All conversations of a session, the first one first."""
    return [await _stored(db, scope, row) for row in await queries.of_session(db, scope, session_id)]


async def voice_recordings(db: AsyncSession, scope: Scope, session_id: UUID) -> set[UUID]:
    """Everything that was recorded for conversations of the session, sent as a message or not."""
    return await queries.voices(db, scope, session_id)


async def _stored(db: AsyncSession, scope: Scope, row: ConversationRow) -> StoredConversation:
    return StoredConversation(
        id=row.id,
        session_id=row.session_id,
        answer_id=row.answer_id,
        open=row.state == "open",
        closing=Closing(row.closing) if row.closing else None,
        opened_at=row.opened_at,
        must_end_at=row.must_end_at,
        ended_at=row.ended_at,
        plan=plan_of(row),
        messages=tuple(await messages(db, scope, row.id)),
    )


def message(row: MessageRow) -> Message:
    """A row as a value."""
    return Message(
        id=row.id,
        seq=row.seq,
        who=cast("Who", row.who),
        kind=cast("Literal['text', 'voice']", row.kind),
        state=MessageState(row.state),
        text=row.text,
        revision=row.revision,
        act=Act(row.act) if row.act else None,
        topic_id=row.topic_id,
        lack=row.lack,
        interviewer=row.interviewer,
        client_id=row.client_id,
        recording_id=row.recording_id,
        reply_to=row.reply_to,
        edited_from=row.edited_from,
        superseded=row.superseded_at is not None,
        created_at=row.created_at,
        completed_at=row.completed_at,
        lease_owner=row.lease_owner,
        lease_until=row.lease_until,
    )
