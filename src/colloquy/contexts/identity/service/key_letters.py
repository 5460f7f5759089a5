"""Telling people in time that an API key ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.events import KeyEnding
from colloquy.contexts.identity.policy import key_letters as policy
from colloquy.contexts.identity.queries import service_accounts as queries
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.events import publish


@dataclass(frozen=True, slots=True)
class KeyLetterFacts:
    """What the letter about the end of a key says. `days_left` is at least 1."""

    name: str
    prefix: str
    account: str
    expires_at: datetime
    days_left: int


async def announce_ending_keys(db: AsyncSession, scope: Scope) -> int:
    """Announces each key whose end is near, once for each of the days before it; how many there were."""
    now, announced = clock.now(), 0
    until = now + timedelta(days=max(policy.DAYS_BEFORE))
    for key in await queries.lock_ending(db, scope, now, until):
        days = policy.due(key.created_at, key.expires_at, key.told_days, now)
        if days is not None:
            await queries.note_told(db, scope, key.id, days)
            await publish(db, KeyEnding(scope.org_id, key.id, days))
            announced += 1
    return announced


async def key_letter_facts(db: AsyncSession, scope: Scope, key_id: UUID) -> KeyLetterFacts | None:
    """What the letter says; None when the key has ended, was revoked or has a successor by now."""
    key, now = await queries.key(db, scope, key_id), clock.now()
    if key is None or not key.works(now) or key.replaced_by is not None:
        return None
    account = await queries.account(db, scope, key.account_id)
    if account is None:
        return None
    return KeyLetterFacts(key.name, key.prefix, account.name, key.expires_at, policy.days_left(key.expires_at, now))
