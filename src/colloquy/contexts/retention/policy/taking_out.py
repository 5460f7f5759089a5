"""What is in an export of everything an organisation has, and what is not, with the reason."""

from __future__ import annotations

FORMAT = "colloquy-tenant-export"
VERSION = 1
HOURS = 24
"""So long an archive can be fetched; then it is deleted."""

LEFT_OUT = {
    "audit_heads": "where the chain of the audit log ends; the entries are in",
    "demographics": "what candidates volunteered, apart from everything else, under names that no other table has",
    "dead_letters": "work that was given up, for operators: ids of rows that are in",
    "event_deliveries": "which part of the product heard which event",
    "idempotency": "answers to requests that are sent twice, for a day",
    "model_cache": "answers of models, sealed, for an hour; what came of them is in the judgements",
    "outbox": "announcements within the product: ids of rows that are in",
    "tenant_exports": "these archives",
}
"""Tables of an organisation that are not in its export, and why. Every other one is, whoever adds it."""

SECRET_COLUMNS = frozenset({"password_hash", "secret", "sealed"})
"""Columns left out by their name. Columns of bytes are left out as well: they are hashes and what is sealed, and both
open nothing elsewhere."""
