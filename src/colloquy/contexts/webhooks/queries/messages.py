"""Messages and their tries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.webhooks.models import MessageRow, TryRow
from colloquy.contexts.webhooks.policy.states import MessageState
from colloquy.kit.db import Scope


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages of the log; None and empty: all. `before` is the id that the page before ended with."""

    endpoint_id: UUID | None = None
    state: MessageState | None = None
    event_type: str | None = None
    before: UUID | None = None


async def add(db: AsyncSession, scope: Scope, values: dict[str, Any]) -> None:
    """Adds a message that waits for its first try."""
    await db.execute(insert(MessageRow).values(org_id=scope.org_id, state=MessageState.PENDING, **values))


async def message(db: AsyncSession, scope: Scope, message_id: UUID) -> MessageRow | None:
    """One, as it is now."""
    return await db.scalar(
        select(MessageRow)
        .where(MessageRow.org_id == scope.org_id, MessageRow.id == message_id)
        .execution_options(populate_existing=True)
    )


async def lock_message(db: AsyncSession, scope: Scope, message_id: UUID) -> MessageRow | None:
    """One, locked until the transaction ends."""
    return await db.scalar(
        select(MessageRow)
        .where(MessageRow.org_id == scope.org_id, MessageRow.id == message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def log(db: AsyncSession, scope: Scope, wanted: Wanted, limit: int) -> Sequence[MessageRow]:
    """The newest first."""
    asked = select(MessageRow).where(*_matching(scope, wanted))
    if wanted.before is not None:
        asked = asked.where(MessageRow.id < wanted.before)
    return (await db.scalars(asked.order_by(MessageRow.id.desc()).limit(limit))).all()


async def counts(db: AsyncSession, scope: Scope, wanted: Wanted) -> dict[str, int]:
    """How many there are in each state, whichever state is wanted."""
    rows = await db.execute(
        select(MessageRow.state, func.count().label("number"))
        .where(*_matching(scope, Wanted(wanted.endpoint_id, None, wanted.event_type)))
        .group_by(MessageRow.state)
    )
    return {row.state: row.number for row in rows}


async def tries(db: AsyncSession, scope: Scope, message_id: UUID) -> Sequence[TryRow]:
    """A message's tries, the first one first."""
    rows = await db.scalars(
        select(TryRow)
        .where(TryRow.org_id == scope.org_id, TryRow.message_id == message_id)
        .order_by(TryRow.number)
        .execution_options(populate_existing=True)
    )
    return rows.all()


async def last_tries(db: AsyncSession, scope: Scope, messages: Collection[MessageRow]) -> dict[UUID, TryRow]:
    """The last try of each, by the message's id."""
    if not messages:
        return {}
    rows = await db.scalars(
        select(TryRow).where(
            TryRow.org_id == scope.org_id,
            or_(*(and_(TryRow.message_id == one.id, TryRow.number == one.tries) for one in messages)),
        )
    )
    return {row.message_id: row for row in rows}


async def add_try(db: AsyncSession, scope: Scope, values: dict[str, Any]) -> None:
    """Writes a try down."""
    await db.execute(insert(TryRow).values(org_id=scope.org_id, **values))


async def failed_since(db: AsyncSession, scope: Scope, endpoint_id: UUID, since: datetime) -> list[UUID]:
    """The messages of an endpoint that ended undelivered, and still have something to say, the oldest first."""
    rows = await db.scalars(
        select(MessageRow.id)
        .where(
            MessageRow.org_id == scope.org_id,
            MessageRow.endpoint_id == endpoint_id,
            MessageRow.state == MessageState.FAILED,
            MessageRow.occurred_at >= since,
            MessageRow.data.is_not(None),
        )
        .order_by(MessageRow.id)
    )
    return list(rows)


async def empty_about(db: AsyncSession, scope: Scope, session_id: UUID, link_id: UUID | None, now: datetime) -> None:
    """Takes the content out of all messages about an erased candidate, and what came back for them."""
    about = MessageRow.session_id == session_id
    if link_id is not None:
        about = or_(about, MessageRow.link_id == link_id)
    emptied = await db.scalars(
        update(MessageRow)
        .where(MessageRow.org_id == scope.org_id, about)
        .values(data=None, session_id=None, link_id=None)
        .returning(MessageRow.id)
        .execution_options(synchronize_session=False)
    )
    ids = list(emptied)
    if not ids:
        return
    await db.execute(
        update(MessageRow)
        .where(
            MessageRow.org_id == scope.org_id, MessageRow.id.in_(ids), MessageRow.state == MessageState.PENDING.value
        )
        .values(state=MessageState.DROPPED.value, reason="erased", next_at=None, ended_at=now)
        .execution_options(synchronize_session=False)
    )
    await db.execute(
        update(TryRow)
        .where(TryRow.org_id == scope.org_id, TryRow.message_id.in_(ids))
        .values(answer="")
        .execution_options(synchronize_session=False)
    )


async def delete_before(db: AsyncSession, scope: Scope, moment: datetime) -> bool:
    """Deletes what is older; whether anything is left."""
    await db.execute(delete(MessageRow).where(MessageRow.org_id == scope.org_id, MessageRow.occurred_at < moment))
    left = await db.execute(select(MessageRow.id).where(MessageRow.org_id == scope.org_id).limit(1))
    return left.first() is not None


def _matching(scope: Scope, wanted: Wanted) -> list[Any]:
    found: list[Any] = [MessageRow.org_id == scope.org_id]
    if wanted.endpoint_id is not None:
        found.append(MessageRow.endpoint_id == wanted.endpoint_id)
    if wanted.state is not None:
        found.append(MessageRow.state == wanted.state.value)
    if wanted.event_type:
        found.append(MessageRow.event_type == wanted.event_type)
    return found
