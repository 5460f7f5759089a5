"""An organisation's endpoints: adding, changing, switching, new secrets, removing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.webhooks.errors import EndpointNotFound, TooManyEndpoints
from colloquy.contexts.webhooks.models import EndpointRow
from colloquy.contexts.webhooks.policy import signing
from colloquy.contexts.webhooks.policy.drafts import EndpointDraft
from colloquy.contexts.webhooks.policy.states import MOST_ENDPOINTS, OVERLAP_HOURS
from colloquy.contexts.webhooks.queries import endpoints as queries
from colloquy.contexts.webhooks.service.secrets import sealed
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


async def add_endpoint(db: AsyncSession, secret: Secret, actor: Actor, draft: EndpointDraft) -> tuple[EndpointRow, str]:
    """A new endpoint and its secret, which is never shown again. Forbidden, TooManyEndpoints."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    if await queries.count(db, actor.scope) >= MOST_ENDPOINTS:
        raise TooManyEndpoints(_("There are %(number)s webhooks already. Delete one first.", number=MOST_ENDPOINTS))
    endpoint_id, value = new_id(), signing.new_secret()
    await queries.add(
        db,
        actor.scope,
        {
            "id": endpoint_id,
            "url": draft.url,
            "description": draft.description,
            "event_types": list(draft.event_types),
            "enabled": draft.enabled,
            "sealed": sealed(secret, endpoint_id.bytes, value),
            "created_at": clock.now(),
            "created_by": actor.person_id,
        },
    )
    return await endpoint(db, actor, endpoint_id), signing.shown(value)


async def change_endpoint(db: AsyncSession, actor: Actor, endpoint_id: UUID, draft: EndpointDraft) -> EndpointRow:
    """Another address, other events, on or off. Forbidden, EndpointNotFound."""
    row = await _locked(db, actor, endpoint_id)
    if draft.url != row.url:
        row.failing_since = None  # what the address before did says nothing of this one
    row.url, row.description, row.event_types = draft.url, draft.description, list(draft.event_types)
    _switch(row, enabled=draft.enabled)
    await db.flush()
    return row


async def enable_endpoint(db: AsyncSession, actor: Actor, endpoint_id: UUID, *, enabled: bool) -> EndpointRow:
    """On, whatever it was stopped for, or off. Forbidden, EndpointNotFound."""
    row = await _locked(db, actor, endpoint_id)
    _switch(row, enabled=enabled)
    await db.flush()
    return row


async def rotate_secret(db: AsyncSession, secret: Secret, actor: Actor, endpoint_id: UUID) -> tuple[EndpointRow, str]:
    """A new secret, which is never shown again; the one before signs as well for a day. Forbidden, EndpointNotFound.

    Rotating twice within the day ends the oldest: there are never more than two.
    """
    row = await _locked(db, actor, endpoint_id)
    value = signing.new_secret()
    row.sealed_before, row.before_until = row.sealed, clock.now() + timedelta(hours=OVERLAP_HOURS)
    row.sealed = sealed(secret, row.id.bytes, value)
    await db.flush()
    return row, signing.shown(value)


async def remove_endpoint(db: AsyncSession, actor: Actor, endpoint_id: UUID) -> None:
    """Takes an endpoint away, with its log. Forbidden, EndpointNotFound."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    if not await queries.remove(db, actor.scope, endpoint_id):
        raise _unknown()


async def endpoints(db: AsyncSession, actor: Actor) -> list[EndpointRow]:
    """All of them. Forbidden."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    return list(await queries.endpoints(db, actor.scope))


async def endpoint(db: AsyncSession, actor: Actor, endpoint_id: UUID) -> EndpointRow:
    """One. Forbidden, EndpointNotFound."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    row = await queries.endpoint(db, actor.scope, endpoint_id)
    if row is None:
        raise _unknown()
    return row


def _switch(row: EndpointRow, *, enabled: bool) -> None:
    if enabled and not row.enabled:
        row.stopped = row.stopped_at = row.failing_since = None
    row.enabled = enabled


async def _locked(db: AsyncSession, actor: Actor, endpoint_id: UUID) -> EndpointRow:
    actor.require(Permission.WEBHOOKS_MANAGE)
    row = await queries.lock_endpoint(db, actor.scope, endpoint_id)
    if row is None:
        raise _unknown()
    return row


def _unknown() -> EndpointNotFound:
    return EndpointNotFound(_("There is no such webhook."))
