"""Requests that may be sent twice: the second one gets the first one's answer, and nothing is made again.

The key is claimed in the same transaction as the work. Two at once therefore take turns on the key's unique row:
the second waits until the first has committed, and then reads its answer; if the first failed, the second works.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.errors import InvalidInput, KeyReused
from colloquy.contexts.interviews.queries import idempotency as queries
from colloquy.kit import clock
from colloquy.kit.i18n import gettext as _

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255


async def once(
    db: AsyncSession,
    actor: Actor,
    key: str | None,
    request: dict[str, Any],
    work: Callable[[], Awaitable[dict[str, Any]]],
) -> dict[str, Any]:
    """The answer of `work`, which runs once for this person and `key` in 24 hours; without a key it just runs.

    `request` is what was asked (JSON): the same key with another request raises KeyReused. Answers are JSON.
    """
    if key is None:
        return await work()
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        words = _("Send an Idempotency-Key of 1 to %(number)s printable characters.", number=LONGEST_KEY)
        raise InvalidInput(words, fields={"Idempotency-Key": words})
    now = clock.now()
    await queries.forget(db, actor.scope, actor.person_id, now - KEPT_FOR)
    digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).digest()
    claimed = await queries.claim(db, actor.scope, actor.person_id, key, digest, now)
    row = await queries.find(db, actor.scope, actor.person_id, key)
    if row is None or (not claimed and row.request_hash != digest):
        raise KeyReused(_("This Idempotency-Key was sent before with another request. Use a new one."))
    if not claimed and row.body is not None:
        return row.body
    row.body = await work()
    await db.flush()
    return row.body
