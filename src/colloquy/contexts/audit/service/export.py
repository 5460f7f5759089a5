"""The log as a file, written piece by piece while it is read: a log of millions costs no memory."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass

from colloquy.contexts.audit import queries
from colloquy.contexts.audit.policy.lines import canonical, entry_line, head_line
from colloquy.contexts.audit.policy.log import Checkpoint, Filter
from colloquy.contexts.audit.policy.words import words
from colloquy.contexts.audit.service import checkpoint
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.kit import audit
from colloquy.kit.audit import Entry
from colloquy.kit.audit.entry import moment
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.spreadsheet import guarded

PIECE = 1000
COLUMNS = (
    *("number", "at", "actor_kind", "actor_id", "action", "in_words", "subject_kind", "subject_id", "details"),
    *("request_id", "network", "network_salt", "network_digest", "previous", "hash"),
)


@dataclass(frozen=True, slots=True)
class Export:
    """A file about to be written: everything up to the signed head that the filter lets through."""

    database: Database
    scope: Scope
    wanted: Filter
    checkpoint: Checkpoint


async def begin(database: Database, secret: Secret, actor: Actor, wanted: Filter, form: str) -> Export:
    """Notes the export, then signs the head, so that the file holds its own entry. Raises Forbidden."""
    actor.require(Permission.AUDIT_VIEW)
    async with database.begin(actor.scope) as db:
        audit.note(db, actor.scope, "audit.exported", details={"form": form, "whole": not wanted.narrows})
    async with database.begin(actor.scope) as db:
        signed = await checkpoint.sign(db, secret, actor.scope, "part" if wanted.narrows else "export")
    return Export(database, actor.scope, wanted, signed)


async def lines(export: Export) -> AsyncIterator[str]:
    """JSON lines: the signed head, then the entries, the oldest first. `policy.lines` has the form."""
    yield head_line(export.scope.org_id, export.checkpoint) + "\n"
    async for piece in _pieces(export):
        yield "".join(f"{entry_line(entry)}\n" for entry in piece)


async def rows(export: Export) -> AsyncIterator[str]:
    """CSV (RFC 4180, UTF-8 with a mark), the oldest first, safe to open in a spreadsheet."""
    yield "\ufeff" + _csv([COLUMNS])
    async for piece in _pieces(export):
        yield _csv([_row(entry) for entry in piece])


async def _pieces(export: Export) -> AsyncIterator[list[Entry]]:
    after = 0
    while True:
        async with export.database.begin(export.scope) as db:
            piece = await queries.entries(
                db, export.scope, export.wanted, after=after, before=export.checkpoint.number + 1, limit=PIECE
            )
        if piece:
            yield piece
        if len(piece) < PIECE:
            return
        after = piece[-1].number


def _row(entry: Entry) -> tuple[str, ...]:
    values = (
        *(str(entry.number), moment(entry.at), entry.actor_kind, str(entry.actor_id or ""), entry.action),
        *(words(entry), entry.subject_kind, str(entry.subject_id or ""), canonical(dict(entry.details))),
        *(
            entry.request_id,
            entry.network or "",
            (entry.network_salt or b"").hex(),
            (entry.network_digest or b"").hex(),
        ),
        *(entry.previous.hex(), entry.hash.hex()),
    )
    return tuple(guarded(value) for value in values)


def _csv(table: list[tuple[str, ...]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows(table)
    return file.getvalue()
