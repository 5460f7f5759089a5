"""Facts that contexts announce to those above them, through an outbox.

`publish` writes the event and the job that delivers it in the caller's transaction. Delivery runs every
handler in a transaction of its own that first records `(handler, event_id)`: a second delivery, whichever
transport brought it, finds the record and does nothing.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, get_type_hints
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit.audit import note_event
from colloquy.kit.db import Database, Scope
from colloquy.kit.errors import Refusal
from colloquy.kit.ids import new_id
from colloquy.kit.jobs.job import Job
from colloquy.kit.jobs.queue import enqueue


@dataclass(frozen=True, slots=True)
class Event:
    """Parent of all events: frozen dataclasses named in the past tense.

    `name` and `version` identify the payload's shape, `routing_key` is what brokers route by. Fields are
    ids, strings, numbers, booleans and times; no personal data beyond ids.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    routing_key: ClassVar[str]

    org_id: UUID


Handle = Callable[[AsyncSession, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Handler:
    """What a context does when `event` happened. `name` is stable: it is the key of de-duplication."""

    name: str
    event: type[Event]
    handle: Handle


async def publish(db: AsyncSession, event: Event) -> UUID:
    """Announces `event` if and only if the caller's transaction commits. Returns the event's id."""
    event_id = new_id()
    payload = json.loads(json.dumps(asdict(event), default=_plain))
    await db.execute(
        text(
            "insert into outbox (id, org_id, name, version, routing_key, payload)"
            " values (:id, :org_id, :name, :version, :routing_key, :payload)"
        ).bindparams(bindparam("payload", type_=JSONB)),
        {
            "id": event_id,
            "org_id": event.org_id,
            "name": event.name,
            "version": event.version,
            "routing_key": event.routing_key,
            "payload": payload,
        },
    )
    note_event(db, event)
    await enqueue(db, "events.deliver", org_id=event.org_id, event_id=event_id)
    return event_id


def _plain(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"An event may not carry {type(value).__name__}.")


class Handlers:
    """Every handler of the product by the name of its event."""

    def __init__(self, handlers: Iterable[Handler]) -> None:
        self._by_event: dict[str, list[Handler]] = {}
        seen: set[str] = set()
        for handler in handlers:
            if handler.name in seen:
                raise ValueError(f"Two handlers are named {handler.name!r}.")
            seen.add(handler.name)
            self._by_event.setdefault(handler.event.name, []).append(handler)

    def of(self, name: str) -> list[Handler]:
        """The handlers of the event called `name`; none is a legal answer."""
        return self._by_event.get(name, [])


def rebuild(kind: type[Event], payload: dict[str, Any]) -> Event:
    """The event again from its stored payload; unknown members are ignored, so old readers survive."""
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in fields(kind):
        if field.name in payload:
            value, hint = payload[field.name], hints[field.name]
            if value is not None and hint in (UUID, UUID | None):
                value = UUID(value)
            elif value is not None and hint in (datetime, datetime | None):
                value = datetime.fromisoformat(value)
            values[field.name] = value
    return kind(**values)


async def deliver(database: Database, handlers: Handlers, *, org_id: UUID, event_id: UUID) -> None:
    """The job that hands one event to all its handlers; those that fail are tried again, alone."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        row = (
            await db.execute(
                text("select name, payload from outbox where id = :id and org_id = :org_id"),
                {"id": event_id, "org_id": org_id},
            )
        ).one_or_none()
    if row is None:  # erased since
        return
    failures: list[Exception] = []
    for handler in handlers.of(row.name):
        try:
            await _hand_over(database, scope, handler, event_id, row.payload)
        except Exception as error:  # noqa: BLE001 - one handler's failure must not starve the others
            failures.append(error)
    if failures:
        # A refusal would end the retries at once; it may only do so when nothing else could succeed.
        raise next((error for error in failures if not isinstance(error, Refusal)), failures[0])


async def _hand_over(
    database: Database, scope: Scope, handler: Handler, event_id: UUID, payload: dict[str, Any]
) -> None:
    async with database.begin(scope) as db:
        first = await db.execute(
            text(
                "insert into event_deliveries (handler, event_id, org_id) values (:handler, :event_id, :org_id)"
                " on conflict do nothing returning 1"
            ),
            {"handler": handler.name, "event_id": event_id, "org_id": scope.org_id},
        )
        if first.first() is None:
            return
        await handler.handle(db, rebuild(handler.event, payload))


JOBS = (Job("events.deliver", deliver),)
