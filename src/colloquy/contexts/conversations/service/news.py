"""Telling everybody who follows a conversation that something about it has changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit import fanout


def channel(conversation_id: UUID) -> str:
    """The channel of a conversation's news: `{"seq": n}` for a message, `{}` for the conversation itself."""
    return f"conversation:{conversation_id}"


async def tell(db: AsyncSession, conversation_id: UUID, seq: int | None = None) -> None:
    """Announces the change if the caller's transaction commits."""
    await fanout.notify(db, channel(conversation_id), {} if seq is None else {"seq": seq})
