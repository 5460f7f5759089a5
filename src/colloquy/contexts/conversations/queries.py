"""The only SQL of the conversations context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, Uuid, column, delete, select, update, values
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.conversations.models import ConversationRow, MessageRow, VoiceRow
from colloquy.kit.db import Scope


async def conversation(db: AsyncSession, scope: Scope, conversation_id: UUID) -> ConversationRow | None:
    """The row, or None when it is not this tenant's."""
    return await db.scalar(
        select(ConversationRow).where(ConversationRow.org_id == scope.org_id, ConversationRow.id == conversation_id)
    )


async def lock_conversation(db: AsyncSession, scope: Scope, conversation_id: UUID) -> ConversationRow | None:
    """The row, locked until the transaction ends and read afresh. Whoever changes messages takes this lock first."""
    return await db.scalar(
        select(ConversationRow)
        .where(ConversationRow.org_id == scope.org_id, ConversationRow.id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def of_answer(db: AsyncSession, scope: Scope, answer_id: UUID) -> ConversationRow | None:
    """The conversation that is this answer."""
    return await db.scalar(
        select(ConversationRow).where(ConversationRow.org_id == scope.org_id, ConversationRow.answer_id == answer_id)
    )


async def of_session(db: AsyncSession, scope: Scope, session_id: UUID) -> Sequence[ConversationRow]:
    """The conversations of a session."""
    found = await db.scalars(
        select(ConversationRow)
        .where(ConversationRow.org_id == scope.org_id, ConversationRow.session_id == session_id)
        .order_by(ConversationRow.opened_at)
    )
    return found.all()


async def messages(db: AsyncSession, scope: Scope, conversation_id: UUID) -> Sequence[MessageRow]:
    """All messages in their order, superseded ones among them, read afresh."""
    found = await db.scalars(
        select(MessageRow)
        .where(MessageRow.org_id == scope.org_id, MessageRow.conversation_id == conversation_id)
        .order_by(MessageRow.seq)
        .execution_options(populate_existing=True)
    )
    return found.all()


async def message(db: AsyncSession, scope: Scope, message_id: UUID) -> MessageRow | None:
    """One message."""
    return await db.scalar(select(MessageRow).where(MessageRow.org_id == scope.org_id, MessageRow.id == message_id))


async def message_of_recording(db: AsyncSession, scope: Scope, recording_id: UUID) -> MessageRow | None:
    """The voice message that is this recording."""
    return await db.scalar(
        select(MessageRow).where(MessageRow.org_id == scope.org_id, MessageRow.recording_id == recording_id)
    )


async def renew_leases(
    db: AsyncSession, scope: Scope, owner: UUID, words: Mapping[UUID, str], until: datetime
) -> set[UUID]:
    """Holds these turns until then and keeps what was composed of each so far; which of them are still the owner's."""
    known = values(column("id", Uuid), column("words", Text), name="known").data(list(words.items()))
    held = await db.execute(
        update(MessageRow)
        .where(
            MessageRow.org_id == scope.org_id,
            MessageRow.id == known.c.id,
            MessageRow.state == "composing",
            MessageRow.lease_owner == owner,
        )
        .values(lease_until=until, text=known.c.words)
        .returning(MessageRow.id)
        .execution_options(synchronize_session=False)
    )
    return set(held.scalars())


async def voices(db: AsyncSession, scope: Scope, session_id: UUID) -> set[UUID]:
    """The recordings that were made for conversations of this session."""
    found = await db.scalars(
        select(VoiceRow.recording_id).where(VoiceRow.org_id == scope.org_id, VoiceRow.session_id == session_id)
    )
    return set(found)


async def delete_voices(db: AsyncSession, scope: Scope, ids: Iterable[UUID]) -> None:
    """Forgets these recordings."""
    await db.execute(delete(VoiceRow).where(VoiceRow.org_id == scope.org_id, VoiceRow.recording_id.in_(list(ids))))


async def forget_words(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Empties every message of the session's conversations. Who spoke, when and how stays."""
    mine = select(ConversationRow.id).where(
        ConversationRow.org_id == scope.org_id, ConversationRow.session_id == session_id
    )
    await db.execute(
        update(MessageRow)
        .where(MessageRow.org_id == scope.org_id, MessageRow.conversation_id.in_(mine))
        .values(text="", lack=None)
    )


async def supersede_from(db: AsyncSession, scope: Scope, conversation_id: UUID, seq: int, at: datetime) -> None:
    """Marks the message with this number and all after it as replaced."""
    await db.execute(
        update(MessageRow)
        .where(
            MessageRow.org_id == scope.org_id,
            MessageRow.conversation_id == conversation_id,
            MessageRow.seq >= seq,
            MessageRow.superseded_at.is_(None),
        )
        .values(superseded_at=at)
        .execution_options(synchronize_session=False)
    )
