"""The audit log: who did what, chained so that a changed past shows.

Whoever changes something calls `note(db, scope, "team.role_changed", ...)`, or nothing at all: what a request changed
is noted under its own name when nobody said it better. Entries collect on the transaction and are appended as its
very last statement, so they exist if and only if it commits.
"""

from __future__ import annotations

from colloquy.kit.audit.cause import ActorKind, acting, by_operator, by_program, current_reader, of_request
from colloquy.kit.audit.entry import GENESIS_TEXT, Entry, body, entry_hash, genesis, network_digest
from colloquy.kit.audit.note import note, note_event
from colloquy.kit.audit.routes import READ, action_of, operations
from colloquy.kit.audit.transaction import AuditedSession, changed

__all__ = [
    "GENESIS_TEXT",
    "READ",
    "ActorKind",
    "AuditedSession",
    "Entry",
    "acting",
    "action_of",
    "body",
    "by_operator",
    "by_program",
    "changed",
    "current_reader",
    "entry_hash",
    "genesis",
    "network_digest",
    "note",
    "note_event",
    "of_request",
    "operations",
]
