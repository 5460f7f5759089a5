"""One try to deliver a message: what is sent, and what follows from how it went."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.events import WebhookStopped
from colloquy.contexts.webhooks.models import EndpointRow, MessageRow
from colloquy.contexts.webhooks.policy import schedule, signing
from colloquy.contexts.webhooks.policy.states import MessageState, Stopped
from colloquy.contexts.webhooks.queries import endpoints, messages
from colloquy.contexts.webhooks.service.bodies import body
from colloquy.contexts.webhooks.service.secrets import signing as secrets_of
from colloquy.contexts.webhooks.service.telling import SEND
from colloquy.kit import clock, log
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue

_log = log.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """A message ready to go. `problem` is set when it cannot even be sent."""

    message_id: UUID
    number: int
    url: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try went: a status, or a problem. `answer` is the beginning of what came back."""

    started_at: datetime
    duration_ms: int
    status: int | None = None
    problem: str | None = None
    answer: str = ""
    retry_after: timedelta | None = None

    @property
    def delivered(self) -> bool:
        """Whether the endpoint has it."""
        return self.status is not None and schedule.accepted(self.status)


async def to_send(
    db: AsyncSession, secret: Secret, address: PublicAddress, scope: Scope, message_id: UUID, number: int
) -> Work | None:
    """What try `number` sends; None when it was made already, or is not to be made any more."""
    row = await messages.message(db, scope, message_id)
    if row is None or row.state != MessageState.PENDING or row.tries != number - 1:
        return None
    endpoint = await endpoints.endpoint(db, scope, row.endpoint_id)
    content = body(row, address)
    if endpoint is None or not endpoint.enabled or content is None:
        locked = await messages.lock_message(db, scope, message_id)
        if locked is not None:
            _end(locked, MessageState.FAILED, "off" if content is not None else "erased")
        return None
    now = clock.now()
    try:
        signed_with = secrets_of(secret, endpoint, now)
    except ValueError:
        _log.warning("A webhook's secret cannot be opened", endpoint_id=str(endpoint.id))
        return Work(message_id, number, endpoint.url, {}, content, problem="secret")
    headers = {"content-type": "application/json", "user-agent": "Colloquy-Webhooks/1"}
    headers |= signing.headers(row.id, now, content, signed_with)
    return Work(message_id, number, endpoint.url, headers, content)


async def record(db: AsyncSession, scope: Scope, work: Work, outcome: Outcome) -> None:
    """Writes a try down and decides what follows. Doing it twice is fine."""
    row = await messages.lock_message(db, scope, work.message_id)
    if row is None or row.tries != work.number - 1:  # deleted meanwhile, or a second worker was quicker
        return
    row.tries = work.number
    await messages.add_try(
        db,
        scope,
        {
            "id": new_id(),
            "message_id": row.id,
            "number": work.number,
            "at": outcome.started_at,
            "status": outcome.status,
            "problem": outcome.problem,
            "duration_ms": outcome.duration_ms,
            "answer": outcome.answer if row.data is not None else "",
        },
    )
    endpoint = await endpoints.lock_endpoint(db, scope, row.endpoint_id)
    if outcome.delivered:
        _end(row, MessageState.DELIVERED, None)
        if endpoint is not None:
            endpoint.failing_since = None
    elif row.state == MessageState.PENDING:
        await _failed(db, scope, row, outcome)
        if endpoint is not None and endpoint.enabled:
            await _count_against(db, scope, endpoint, outcome)
    await db.flush()


async def stopped(db: AsyncSession, scope: Scope, message_id: UUID, number: int) -> None:
    """Ends a message whose try could not even be made, through a failure of ours."""
    row = await messages.lock_message(db, scope, message_id)
    if row is not None and row.state == MessageState.PENDING and row.tries == number - 1:
        _end(row, MessageState.FAILED, "stopped")


async def _failed(db: AsyncSession, scope: Scope, row: MessageRow, outcome: Outcome) -> None:
    if outcome.status == schedule.GONE:
        _end(row, MessageState.FAILED, "gone")
        return
    made = row.tries - row.tries_before
    wait = schedule.wait(made, random.random(), outcome.retry_after)  # noqa: S311 - spreads load, guards nothing
    if wait is None:
        _end(row, MessageState.FAILED, "exhausted")
        return
    row.next_at = clock.now() + wait
    # A job each: the queue's own tries are fewer and nearer together than these.
    await enqueue(db, SEND, at=row.next_at, org_id=scope.org_id, message_id=row.id, number=row.tries + 1)


async def _count_against(db: AsyncSession, scope: Scope, endpoint: EndpointRow, outcome: Outcome) -> None:
    now = clock.now()
    endpoint.failing_since = endpoint.failing_since or now
    if outcome.status == schedule.GONE:
        stopped = Stopped.GONE
    elif schedule.gives_up(endpoint.failing_since, now):
        stopped = Stopped.FAILING
    else:
        return
    endpoint.enabled, endpoint.stopped, endpoint.stopped_at = False, stopped.value, now
    await publish(
        db,
        WebhookStopped(
            scope.org_id, endpoint_id=endpoint.id, person_id=endpoint.created_by, reason=stopped.value, at=now
        ),
    )


def _end(row: MessageRow, state: MessageState, reason: str | None) -> None:
    row.state, row.reason, row.next_at, row.ended_at = state.value, reason, None, clock.now()
