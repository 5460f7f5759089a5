"""Endpoints as JSON."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.webhooks.errors import EndpointNotFound, EndpointOff, TooManyEndpoints
from colloquy.contexts.webhooks.routes import views
from colloquy.contexts.webhooks.schemas import borders
from colloquy.contexts.webhooks.schemas.happenings import CATALOGUE
from colloquy.contexts.webhooks.service import again, change
from colloquy.kit.crypto import Secret
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.providers.outbound.guard import Guard

router = APIRouter()
TheSecret = Annotated[Secret, instance(Secret)]
TheGuard = Annotated[Guard, instance(Guard)]
_ALL = (NotSignedIn, Forbidden)
_ONE = (*_ALL, EndpointNotFound)


@router.get("/webhook-event-types", response_model=list[borders.EventTypeView], responses=problems(*_ALL))
async def read_event_types(actor: CurrentActor) -> list[borders.EventTypeView]:
    """What an endpoint can be told of. The schemas are in the `webhooks` of this description."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    return [borders.EventTypeView(type=one.name, description=one.words) for one in CATALOGUE.values()]


@router.get("/webhooks", response_model=list[borders.EndpointView], responses=problems(*_ALL))
async def read_webhooks(actor: CurrentActor, db: DbSession) -> list[borders.EndpointView]:
    """The organisation's endpoints, the oldest first."""
    return [views.endpoint(row) for row in await change.endpoints(db, actor)]


@router.post(
    "/webhooks",
    status_code=201,
    response_model=borders.EndpointWithSecret,
    responses=problems(*_ALL, TooManyEndpoints, Malformed),
)
async def add_webhook(
    given: borders.EndpointInput, actor: CurrentActor, db: DbSession, secret: TheSecret, guard: TheGuard
) -> borders.EndpointWithSecret:
    """Adds an endpoint. The answer holds its secret, which is never shown again."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    row, value = await change.add_endpoint(db, secret, actor, given.draft(guard))
    return borders.EndpointWithSecret(**views.endpoint_members(row), secret=value)


@router.get("/webhooks/{endpoint_id}", response_model=borders.EndpointView, responses=problems(*_ONE))
async def read_webhook(endpoint_id: UUID, actor: CurrentActor, db: DbSession) -> borders.EndpointView:
    """One endpoint."""
    return views.endpoint(await change.endpoint(db, actor, endpoint_id))


@router.put("/webhooks/{endpoint_id}", response_model=borders.EndpointView, responses=problems(*_ONE, Malformed))
async def change_webhook(
    endpoint_id: UUID, given: borders.EndpointInput, actor: CurrentActor, db: DbSession, guard: TheGuard
) -> borders.EndpointView:
    """Another address, other events, on or off. Switching it on forgets why it was stopped."""
    await change.endpoint(db, actor, endpoint_id)
    return views.endpoint(await change.change_endpoint(db, actor, endpoint_id, given.draft(guard)))


@router.delete("/webhooks/{endpoint_id}", status_code=204, responses=problems(*_ONE))
async def remove_webhook(endpoint_id: UUID, actor: CurrentActor, db: DbSession) -> None:
    """Takes an endpoint away, with its log. What was to be sent is not sent any more."""
    await change.remove_endpoint(db, actor, endpoint_id)


@router.post(
    "/webhooks/{endpoint_id}/rotate-secret", response_model=borders.EndpointWithSecret, responses=problems(*_ONE)
)
async def rotate_secret(
    endpoint_id: UUID, actor: CurrentActor, db: DbSession, secret: TheSecret
) -> borders.EndpointWithSecret:
    """A new secret. For 24 hours messages carry a signature by the one before as well."""
    row, value = await change.rotate_secret(db, secret, actor, endpoint_id)
    return borders.EndpointWithSecret(**views.endpoint_members(row), secret=value)


@router.post(
    "/webhooks/{endpoint_id}/test",
    status_code=202,
    response_model=borders.Sent,
    responses=problems(*_ONE, EndpointOff),
)
async def send_test(endpoint_id: UUID, actor: CurrentActor, db: DbSession) -> borders.Sent:
    """Sends `webhook.test`, whichever events were chosen. How it went is in the log."""
    return borders.Sent(message_id=await again.send_test(db, actor, endpoint_id))


@router.post(
    "/webhooks/{endpoint_id}/send-failed",
    status_code=202,
    response_model=borders.Queued,
    responses=problems(*_ONE, EndpointOff, Malformed),
)
async def send_failed(
    endpoint_id: UUID, given: borders.SendFailed, actor: CurrentActor, db: DbSession
) -> borders.Queued:
    """Sends every message since a moment once more that ended undelivered."""
    return borders.Queued(messages=await again.send_failed(db, actor, endpoint_id, given.since))
