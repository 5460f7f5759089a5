"""Sending once more what was sent, or was not accepted; and trying an endpoint out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.webhooks.errors import EndpointNotFound, EndpointOff, MessageNotFound, NothingToSend
from colloquy.contexts.webhooks.models import EndpointRow, MessageRow
from colloquy.contexts.webhooks.policy.states import MessageState
from colloquy.contexts.webhooks.queries import endpoints, messages
from colloquy.contexts.webhooks.service.telling import SEND, tell_test
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _
from colloquy.kit.jobs import enqueue


async def send_again(db: AsyncSession, actor: Actor, message_id: UUID) -> MessageRow:
    """Sends a message now, under the same id, and by the schedule again if that fails.

    Forbidden, MessageNotFound, EndpointOff, NothingToSend.
    """
    actor.require(Permission.WEBHOOKS_MANAGE)
    row = await messages.lock_message(db, actor.scope, message_id)
    if row is None:
        raise MessageNotFound(_("There is no such message. Messages are kept for 30 days."))
    if row.data is None:
        raise NothingToSend(_("There is nothing left to send: the candidate's data were erased."))
    await _on(db, actor, row.endpoint_id)
    await _again(db, actor.scope, row)
    return row


async def send_failed(db: AsyncSession, actor: Actor, endpoint_id: UUID, since: datetime) -> int:
    """The same for every message since a moment that ended undelivered; how many these are.

    Forbidden, EndpointNotFound, EndpointOff.
    """
    actor.require(Permission.WEBHOOKS_MANAGE)
    await _on(db, actor, endpoint_id)
    number = 0
    for message_id in await messages.failed_since(db, actor.scope, endpoint_id, since):
        row = await messages.lock_message(db, actor.scope, message_id)
        if row is not None and row.state == MessageState.FAILED:
            await _again(db, actor.scope, row)
            number += 1
    return number


async def send_test(db: AsyncSession, actor: Actor, endpoint_id: UUID) -> UUID:
    """Sends a test event; the message's id. Forbidden, EndpointNotFound, EndpointOff."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    await _on(db, actor, endpoint_id)
    return await tell_test(db, actor.scope, endpoint_id)


async def _again(db: AsyncSession, scope: Scope, row: MessageRow) -> None:
    row.state, row.reason, row.ended_at = MessageState.PENDING.value, None, None
    row.tries_before, row.next_at = row.tries, clock.now()
    await db.flush()
    # A try that was planned for later has the same number: whichever comes first is made, the other finds it made.
    await enqueue(db, SEND, org_id=scope.org_id, message_id=row.id, number=row.tries + 1)


async def _on(db: AsyncSession, actor: Actor, endpoint_id: UUID) -> EndpointRow:
    row = await endpoints.endpoint(db, actor.scope, endpoint_id)
    if row is None:
        raise EndpointNotFound(_("There is no such webhook."))
    if not row.enabled:
        raise EndpointOff(_("This webhook is switched off. Switch it on first."))
    return row
