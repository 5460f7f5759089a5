"""The words' time is over: every version of the report is written anew without them."""

from __future__ import annotations

import hashlib

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.reporting import queries
from colloquy.contexts.reporting.policy.forgetting import without_words
from colloquy.contexts.reporting.policy.json import from_json, to_json
from colloquy.contexts.sessions.events import WordsForgotten
from colloquy.kit.db import Scope


async def words_forgotten(db: AsyncSession, event: WordsForgotten) -> None:
    """Reports are never changed; one without its words takes the place of each, with a hash of its own."""
    scope = Scope(event.org_id)
    for row in await queries.versions(db, scope, event.session_id):
        text = to_json(without_words(from_json(row.document.encode())))
        await queries.replace_document(db, scope, row, text.decode(), hashlib.sha256(text).hexdigest())
