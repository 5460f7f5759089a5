"""Noting what happens, on the transaction in which it happens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from colloquy.kit import clock
from colloquy.kit.audit.cause import ActorKind, current
from colloquy.kit.audit.entry import moment
from colloquy.kit.audit.noted import Noted
from colloquy.kit.audit.transaction import Trail, trail_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from colloquy.kit.db import Scope
    from colloquy.kit.events import Event

_CODE = re.compile(r"[A-Za-z0-9_.:/+*#-]{0,100}")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_LARGEST = 2**53
_MOST = 50

Subject = tuple[str, UUID]
"""What something was done to: its kind in one word (`session`, `interview`, `person`) and its id."""


def note(
    db: AsyncSession,
    scope: Scope | None,
    action: str,
    *,
    subject: Subject | None = None,
    details: Mapping[str, Any] | None = None,
    once: bool = False,
    actor: tuple[str, UUID | None] | None = None,
    from_network: bool = False,
) -> None:
    """Adds an entry to the log of `scope` if and only if the caller's transaction commits.

    `scope` None: the tenant that the transaction has entered by then. `action` is a stable dotted name in the past or
    as the address says it; its words for readers are in `contexts/audit/policy/words.py`. `details` are ids, codes,
    numbers and names of fields: never what somebody wrote, and nothing that may have to be erased (ValueError for
    text with spaces or an `@`). `once`: not again by the same actor, about the same subject and details, within an
    hour. `actor` when it is not who the request comes from. The network address is kept for people and service
    accounts, never for candidates; `from_network` asks for it where nobody is known yet.
    """
    if not _NAME.fullmatch(action):
        raise ValueError(f"Name an action with lower-case words and dots, like team.role_changed; got {action!r}.")
    if actor is not None:
        _add(trail_of(db), scope, action, subject, details or {}, once=once, actor=actor, from_network=from_network)
        return
    cause = current()
    who = (str(cause.kind), cause.actor_id)
    _add(trail_of(db), scope, action, subject, details or {}, once=once, actor=who, from_network=from_network)


def note_event(db: AsyncSession, event: Event) -> None:
    """The entry of a transition that contexts announce: named by its routing key, about the event's first id."""
    ids: list[Subject] = []
    details: dict[str, Any] = {}
    for field in fields(event):
        value = getattr(event, field.name)
        if field.name == "org_id":
            continue
        if not ids and isinstance(value, UUID):
            ids.append((field.name.removesuffix("_id"), value))
        else:
            with suppress(ValueError):  # what is no code or number, an error's sentence, stays in the outbox
                details[field.name] = plain(value)
    cause = current()
    _add(
        trail_of(db),
        None,
        event.routing_key,
        ids[0] if ids else None,
        details,
        once=False,
        actor=(str(cause.kind), cause.actor_id),
        from_network=False,
        org_id=event.org_id,
    )


def _add(
    trail: Trail,
    scope: Scope | None,
    action: str,
    subject: Subject | None,
    details: Mapping[str, Any],
    *,
    once: bool,
    actor: tuple[str, UUID | None],
    from_network: bool,
    org_id: UUID | None = None,
) -> None:
    cause = current()
    known = actor[0] in {ActorKind.PERSON, ActorKind.SERVICE_ACCOUNT}
    trail.notes.append(
        Noted(
            org_id=org_id if scope is None else scope.org_id,
            at=clock.now(),
            actor_kind=actor[0],
            actor_id=actor[1],
            action=action,
            subject_kind="" if subject is None else subject[0],
            subject_id=None if subject is None else subject[1],
            details={_key(name): plain(value) for name, value in details.items()},
            request_id=cause.request_id,
            network=cause.network if known or from_network else None,
            once=once,
        )
    )


def _key(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"Name a detail with lower-case words; got {name!r}.")
    return name


def plain(value: Any) -> Any:
    """A value as it may stand in details. ValueError, saying what to do, for anything else."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise ValueError("A number in the audit log must be exact in every reader of JSON: below 2**53.")
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else list(value)
        return [plain(item) for item in items[:_MOST]]
    if isinstance(value, (str, StrEnum)) and _CODE.fullmatch(str(value)):
        return str(value)
    raise ValueError(
        "Details of the audit log are ids, numbers and codes. Leave out what people wrote, and say floats as whole "
        f"numbers of a smaller unit; got {type(value).__name__}."
    )
