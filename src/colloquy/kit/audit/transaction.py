"""What a transaction will add to the log, and the moment it does: the very last statement before the commit.

The organisation's chain is locked by that statement, so the lock is held while the commit is written and no longer,
and whoever holds it asks for no other: it can deadlock with nothing.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Connection, LargeBinary, Text, bindparam, event, text
from sqlalchemy.orm import Session, SessionTransaction

from colloquy.kit.audit import entry, routes
from colloquy.kit.audit.cause import current
from colloquy.kit.audit.noted import Noted

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlalchemy.ext.asyncio.engine import AsyncEngine

_KEY = "audit"
_WRITES = re.compile(
    r"\b(?:insert\s+into|delete\s+from|update(?=\s+(?:only\s+)?[\w\"]+\s+(?:as\s+)?(?:\w+\s+)?set\b))"
    r"\s+(?:only\s+)?\"?(\w+)",
    re.IGNORECASE,
)
UNREMARKABLE = frozenset({"browser_sessions", "api_sign_ins", "refresh_tokens", "sign_in_failures"})
"""Tables that change with nearly every request of somebody signed in. What matters there (a sign-in, its end) is noted
by name."""


@dataclass(slots=True)
class Trail:
    """What a transaction has noted, and whether it has changed anything worth noting."""

    notes: list[Noted] = field(default_factory=list)
    changed: bool = False
    marks: dict[SessionTransaction, tuple[int, bool]] = field(default_factory=dict)


class AuditedSession(Session):
    """The session under every transaction of the product."""


def trail_of(db: AsyncSession | Session) -> Trail:
    """The trail of the running transaction."""
    found = db.info.get(_KEY)
    if found is None:
        found = db.info[_KEY] = Trail()
    assert isinstance(found, Trail)  # noqa: S101 - the key is ours
    return found


def changed(db: AsyncSession) -> None:
    """Says that the transaction changes something, for statements that SQLAlchemy does not see (the queue's)."""
    trail_of(db).changed = True


def watch(engine: AsyncEngine) -> None:
    """From now on statements of this engine that change a table are seen."""
    event.listen(engine.sync_engine, "before_cursor_execute", _before_statement)


def _before_statement(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    if _changes(statement):
        trail = connection.info.get(_KEY)
        if trail is not None:
            trail.changed = True


@lru_cache(maxsize=4096)
def _changes(statement: str) -> bool:
    return any(table.lower() not in UNREMARKABLE for table in _WRITES.findall(statement))


@event.listens_for(AuditedSession, "after_begin")
def _after_begin(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    connection.info[_KEY] = trail_of(session)


@event.listens_for(AuditedSession, "after_transaction_create")
def _after_create(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        trail = trail_of(session)
        trail.marks[transaction] = (len(trail.notes), trail.changed)


@event.listens_for(AuditedSession, "after_soft_rollback")
def _after_rollback(session: Session, transaction: SessionTransaction) -> None:
    # What was noted inside a savepoint goes with it.
    trail = trail_of(session)
    if transaction in trail.marks:
        kept, trail.changed = trail.marks[transaction]
        del trail.notes[kept:]


@event.listens_for(AuditedSession, "after_transaction_end")
def _after_end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_KEY, None)


@event.listens_for(AuditedSession, "before_commit")
def _before_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()  # the commit would do it after us, and its locks would then be asked for under ours
    trail, cause = trail_of(session), current()
    noted = list(trail.notes)
    if cause.reads is not None:
        noted += routes.read(cause)
    elif not noted and trail.changed and cause.changes and not cause.noted:
        noted += routes.operation(cause)
    if noted and _append(session, noted) and cause.changes:
        cause.noted = True
    trail.notes.clear()


_ENTER = text("select set_config('app.org_id', :org_id, true)")
_APPEND = text("select audit_append(:bodies, :networks, :salts, :once)").bindparams(
    bindparam("bodies", type_=ARRAY(Text)),
    bindparam("networks", type_=ARRAY(Text)),
    bindparam("salts", type_=ARRAY(LargeBinary)),
    bindparam("once", type_=ARRAY(Boolean)),
)


def _append(session: Session, noted: list[Noted]) -> int:
    # Those of the tenant already entered come first; several others in the order of their ids, so that two
    # transactions with the same organisations never wait for each other in a ring.
    groups: dict[UUID | None, list[Noted]] = {}
    appended = 0
    for one in noted:
        groups.setdefault(one.org_id, []).append(one)
    for org_id in sorted(groups, key=lambda key: "" if key is None else str(key)):
        if org_id is not None:
            session.execute(_ENTER, {"org_id": str(org_id)})
        appended += session.scalar(_APPEND, _arguments(groups[org_id])) or 0
    return appended


def _arguments(noted: list[Noted]) -> dict[str, list[Any]]:
    salts = [None if one.network is None else secrets.token_bytes(entry.SALT_BYTES) for one in noted]
    bodies = [
        entry.body(
            at=one.at,
            actor_kind=one.actor_kind,
            actor_id=one.actor_id,
            action=one.action,
            subject_kind=one.subject_kind,
            subject_id=one.subject_id,
            details=one.details,
            request_id=one.request_id,
            digest=None if salt is None or one.network is None else entry.network_digest(salt, one.network),
        )
        for one, salt in zip(noted, salts, strict=True)
    ]
    return {
        "bodies": bodies,
        "networks": [one.network for one in noted],
        "salts": salts,
        "once": [one.once for one in noted],
    }
