"""The log as JSON. Messages are kept for 30 days."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.webhooks.errors import EndpointOff, MessageNotFound, NothingToSend
from colloquy.contexts.webhooks.policy.states import MessageState
from colloquy.contexts.webhooks.queries.messages import Wanted
from colloquy.contexts.webhooks.routes import views
from colloquy.contexts.webhooks.schemas import borders
from colloquy.contexts.webhooks.service import again, reading
from colloquy.kit.address import PublicAddress
from colloquy.kit.errors import Forbidden, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance

router = APIRouter(prefix="/webhook-messages")
TheAddress = Annotated[PublicAddress, instance(PublicAddress)]
_ALL = (NotSignedIn, Forbidden)


@router.get("", response_model=borders.MessagesView, responses=problems(*_ALL))
async def read_messages(
    actor: CurrentActor,
    db: DbSession,
    endpoint_id: UUID | None = None,
    state: MessageState | None = None,
    event_type: Annotated[str | None, Query(alias="type", max_length=60)] = None,
    cursor: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = reading.PAGE,
) -> borders.MessagesView:
    """What was sent, the newest first."""
    found = await reading.log(db, actor, Wanted(endpoint_id, state, event_type, cursor), limit)
    items = [views.message(row, found.last.get(row.id)) for row in found.messages]
    return borders.MessagesView(items=items, next_cursor=found.older)


@router.get("/{message_id}", response_model=borders.MessageDetail, responses=problems(*_ALL, MessageNotFound))
async def read_message(
    message_id: UUID, actor: CurrentActor, db: DbSession, address: TheAddress
) -> borders.MessageDetail:
    """One message: what is sent, and every try."""
    found = await reading.detail(db, actor, address, message_id)
    tries = [borders.TryView.model_validate(row) for row in found.tries]
    last = found.tries[-1] if found.tries else None
    return borders.MessageDetail(**views.message_members(found.message, last), body=found.body, all_tries=tries)


@router.post(
    "/{message_id}/send-again",
    status_code=202,
    response_model=borders.Sent,
    responses=problems(*_ALL, MessageNotFound, EndpointOff, NothingToSend),
)
async def send_again(message_id: UUID, actor: CurrentActor, db: DbSession) -> borders.Sent:
    """Sends a message once more, under the same `webhook-id`, delivered or not."""
    return borders.Sent(message_id=(await again.send_again(db, actor, message_id)).id)
