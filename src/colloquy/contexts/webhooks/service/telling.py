"""From something that happened to a message for every endpoint that wants to hear of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.webhooks.policy.states import KEPT_DAYS
from colloquy.contexts.webhooks.queries import endpoints, messages
from colloquy.contexts.webhooks.schemas.happenings import TEST, Happening, InterviewHappened, Test
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue

SEND: Final = "webhooks.send"
TIDY: Final = "webhooks.tidy"
_ONCE_A_DAY: Final = timedelta(days=1)

Facts = Callable[[], Awaitable[Happening | None]]
"""Reads what is told; None when there is nothing to tell any more (erased since)."""


async def tell(
    db: AsyncSession,
    scope: Scope,
    event_type: str,
    facts: Facts,
    *,
    interview_id: UUID | None = None,
    session_id: UUID | None = None,
    link_id: UUID | None = None,
) -> None:
    """Queues a message for every endpoint that is on and wants this type. Nothing is read when there is none.

    Called by handlers of events, each of which runs once for an event: so there is one message an event and endpoint,
    whose id stays the same on every try. `session_id` and `link_id` say whose erasing empties it.
    `interview_id` is needed where what is told does not name it: it decides who sees the message in the log.
    """
    wanting = await endpoints.listening(db, scope, event_type)
    if not wanting:
        return
    told = await facts()
    if told is None:
        return
    if isinstance(told, InterviewHappened):
        interview_id = told.interview_id
    for endpoint_id in wanting:
        await _queue(db, scope, endpoint_id, event_type, told, interview_id, session_id=session_id, link_id=link_id)
    await _tidy_later(db, scope)


async def tell_test(db: AsyncSession, scope: Scope, endpoint_id: UUID) -> UUID:
    """Queues a test event for one endpoint; the message's id."""
    told = Test(endpoint_id=endpoint_id)
    message_id = await _queue(db, scope, endpoint_id, TEST, told, None, session_id=None, link_id=None)
    await _tidy_later(db, scope)
    return message_id


async def tidy(db: AsyncSession, scope: Scope) -> None:
    """Deletes what is older than 30 days, and comes back tomorrow while anything is left."""
    if await messages.delete_before(db, scope, clock.now() - timedelta(days=KEPT_DAYS)):
        await _tidy_later(db, scope)


async def _queue(
    db: AsyncSession,
    scope: Scope,
    endpoint_id: UUID,
    event_type: str,
    told: Happening,
    interview_id: UUID | None,
    *,
    session_id: UUID | None,
    link_id: UUID | None,
) -> UUID:
    message_id, now = new_id(), clock.now()
    values = {
        "id": message_id,
        "endpoint_id": endpoint_id,
        "event_type": event_type,
        "occurred_at": now,
        "data": told.model_dump(mode="json"),
        "interview_id": interview_id,
        "session_id": session_id,
        "link_id": link_id,
        "next_at": now,
    }
    await messages.add(db, scope, values)
    await enqueue(db, SEND, org_id=scope.org_id, message_id=message_id, number=1)
    return message_id


async def _tidy_later(db: AsyncSession, scope: Scope) -> None:
    await enqueue(db, TIDY, at=clock.now() + _ONCE_A_DAY, once=f"{TIDY}:{scope.org_id}", org_id=scope.org_id)
