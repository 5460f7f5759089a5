"""Rows as they go out."""

from __future__ import annotations

from typing import Any

from colloquy.contexts.webhooks.models import EndpointRow, MessageRow, TryRow
from colloquy.contexts.webhooks.policy import signing
from colloquy.contexts.webhooks.policy.states import MessageState, Stopped
from colloquy.contexts.webhooks.schemas import borders
from colloquy.kit import clock


def endpoint(row: EndpointRow) -> borders.EndpointView:
    """An endpoint, without any secret."""
    return borders.EndpointView(**endpoint_members(row))


def endpoint_members(row: EndpointRow) -> dict[str, Any]:
    """The members of an endpoint's view."""
    overlaps = row.before_until is not None and row.before_until > clock.now()
    return {
        "id": row.id,
        "url": row.url,
        "description": row.description,
        "event_types": list(row.event_types),
        "enabled": row.enabled,
        "stopped": Stopped(row.stopped) if row.stopped else None,
        "stopped_at": row.stopped_at,
        "failing_since": row.failing_since,
        "previous_secret_until": row.before_until if overlaps else None,
        "created_at": row.created_at,
    }


def message(row: MessageRow, last: TryRow | None) -> borders.MessageView:
    """A message with its last try."""
    return borders.MessageView(**message_members(row, last))


def message_members(row: MessageRow, last: TryRow | None) -> dict[str, Any]:
    """The members of a message's view."""
    return {
        "id": row.id,
        "webhook_id": signing.message_id(row.id),
        "endpoint_id": row.endpoint_id,
        "type": row.event_type,
        "timestamp": row.occurred_at,
        "state": MessageState(row.state),
        "reason": row.reason,
        "tries": row.tries,
        "next_try_at": row.next_at,
        "ended_at": row.ended_at,
        "last_try": borders.TryView.model_validate(last) if last else None,
    }
