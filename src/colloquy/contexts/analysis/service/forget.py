"""The words' time is over: judgements lose their quotes and keep their levels."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import queries
from colloquy.contexts.analysis.policy.forgetting import elements_without_words, qualities_without_words, without_words
from colloquy.contexts.sessions.events import WordsForgotten
from colloquy.kit import clock
from colloquy.kit.db import Scope


async def words_forgotten(db: AsyncSession, event: WordsForgotten) -> None:
    """Every version of every judgement of the session loses what was quoted."""
    for row in await queries.sets(db, Scope(event.org_id), event.session_id):
        if row.words_gone_at is not None:
            continue
        said = [quote["text"] for one in row.judgements for quote in one["quotes"]]
        said += [one["quote"]["text"] for one in row.elements if one["quote"] is not None]
        row.judgements = without_words(row.judgements)
        row.elements = elements_without_words(row.elements)
        row.qualities = qualities_without_words(row.qualities, said)
        row.words_gone_at = clock.now()
    await db.flush()
