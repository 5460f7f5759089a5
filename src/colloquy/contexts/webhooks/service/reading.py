"""The log: messages with their last try, and one message with all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.webhooks.errors import MessageNotFound
from colloquy.contexts.webhooks.models import MessageRow, TryRow
from colloquy.contexts.webhooks.queries import messages
from colloquy.contexts.webhooks.queries.messages import Wanted
from colloquy.contexts.webhooks.service.bodies import body
from colloquy.kit.address import PublicAddress
from colloquy.kit.i18n import gettext as _

PAGE = 50


@dataclass(frozen=True, slots=True)
class Logged:
    """A page of the log, the newest first. `older` is where the next page begins; None at the end."""

    messages: Sequence[MessageRow]
    last: dict[UUID, TryRow]
    counts: dict[str, int]
    older: UUID | None


@dataclass(frozen=True, slots=True)
class Detail:
    """A message, what is sent (None: erased), and its tries."""

    message: MessageRow
    body: str | None
    tries: Sequence[TryRow]


async def log(db: AsyncSession, actor: Actor, wanted: Wanted, limit: int = PAGE) -> Logged:
    """What was sent of what happened in the last 30 days. Forbidden."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    rows = await messages.log(db, actor.scope, wanted, limit + 1)
    shown = rows[:limit]
    return Logged(
        shown,
        await messages.last_tries(db, actor.scope, shown),
        await messages.counts(db, actor.scope, wanted),
        shown[-1].id if len(rows) > limit else None,
    )


async def detail(db: AsyncSession, actor: Actor, address: PublicAddress, message_id: UUID) -> Detail:
    """One message. Forbidden, MessageNotFound."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    row = await messages.message(db, actor.scope, message_id)
    if row is None:
        raise MessageNotFound(_("There is no such message. Messages are kept for 30 days."))
    sent = body(row, address)
    return Detail(row, sent.decode() if sent is not None else None, await messages.tries(db, actor.scope, message_id))
