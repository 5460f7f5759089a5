"""An organisation's keys: entering, limiting, switching off and on, replacing, retiring.

A key is encrypted before it is stored and never shown again. What a key is never changes: replacing one enters the new
and retires the old together, so requests that are under way with the old one finish and cannot harm the new.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.inference.errors import KeyExists, KeyNotFound, KeyRetired, TooManyModels
from colloquy.contexts.inference.models import KeyRow
from colloquy.contexts.inference.policy.drafts import KeyDraft
from colloquy.contexts.inference.policy.keys import KeyState, last4
from colloquy.contexts.inference.queries import keys as queries
from colloquy.contexts.inference.service.pools import PURPOSE
from colloquy.kit import clock, log
from colloquy.kit.crypto import Secret
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id

MOST_KEYS: Final = 50
_log = log.get_logger(__name__)


async def add_key(db: AsyncSession, secret: Secret, actor: Actor, draft: KeyDraft) -> KeyRow:
    """A new key; it is used from the next request on. Forbidden, TooManyModels, KeyExists."""
    actor.require(Permission.ORG_MANAGE)
    if await queries.count_keys(db, actor.scope) >= MOST_KEYS:
        raise TooManyModels(_("There are %(number)s keys already. Retire one first.", number=MOST_KEYS))
    return await _enter(db, secret, actor, draft)


async def _enter(db: AsyncSession, secret: Secret, actor: Actor, draft: KeyDraft) -> KeyRow:
    key_id = new_id()
    values = {
        "id": key_id,
        "vendor": draft.vendor,
        "base_url": draft.base_url,
        "label": draft.label,
        "last4": last4(draft.value),
        "sealed": secret.seal(PURPOSE, draft.value.encode(), about=key_id.bytes),
        # Tells that a key is there already, without being able to open those that are.
        "fingerprint": hmac.new(secret.derive("model-key-fingerprint"), draft.value.encode(), sha256).digest(),
        "per_minute": draft.per_minute,
        "created_at": clock.now(),
        "created_by": actor.person_id,
    }
    if not await queries.add_key(db, actor.scope, values):
        raise KeyExists(_("This key is in the list already."))
    _log.info("Model key added", key_id=str(key_id), vendor=draft.vendor)
    return await _key(db, actor, key_id)


async def replace_key(db: AsyncSession, secret: Secret, actor: Actor, key_id: UUID, value: str) -> KeyRow:
    """Enters a new key in the place of another, which is retired. Forbidden, KeyNotFound, KeyRetired, KeyExists."""
    old = await _living(db, actor, key_id)
    draft = KeyDraft(old.vendor, old.base_url, old.label, value, old.per_minute)
    new = await _enter(db, secret, actor, draft)
    await _retire(db, old)
    return new


async def change_key(db: AsyncSession, actor: Actor, key_id: UUID, *, label: str, per_minute: int | None) -> KeyRow:
    """Another name or limit. Forbidden, KeyNotFound, KeyRetired."""
    row = await _living(db, actor, key_id)
    row.label, row.per_minute = label, per_minute
    await db.flush()
    return row


async def enable_key(db: AsyncSession, actor: Actor, key_id: UUID, *, enabled: bool) -> KeyRow:
    """Uses a key again, whatever became of it, or leaves it alone. Forbidden, KeyNotFound, KeyRetired."""
    row = await _living(db, actor, key_id)
    row.state = KeyState.ACTIVE.value if enabled else KeyState.DISABLED.value
    row.rest_reason = row.rests_until = None
    await db.flush()
    return row


async def retire_key(db: AsyncSession, actor: Actor, key_id: UUID) -> None:
    """Erases a key; its name stays for what it was used for. Requests under way finish. Doing it twice is fine.

    Forbidden, KeyNotFound.
    """
    actor.require(Permission.ORG_MANAGE)
    row = await _key(db, actor, key_id)
    if row.state != KeyState.RETIRED:
        await _retire(db, row)


async def keys(db: AsyncSession, actor: Actor) -> list[KeyRow]:
    """All keys, the retired ones last. Forbidden."""
    actor.require(Permission.ORG_MANAGE)
    return list(await queries.keys(db, actor.scope))


async def _retire(db: AsyncSession, row: KeyRow) -> None:
    row.state, row.sealed, row.retired_at = KeyState.RETIRED.value, None, clock.now()
    row.rest_reason = row.rests_until = None
    await db.flush()
    _log.info("Model key retired", key_id=str(row.id), vendor=row.vendor)


async def _living(db: AsyncSession, actor: Actor, key_id: UUID) -> KeyRow:
    actor.require(Permission.ORG_MANAGE)
    row = await _key(db, actor, key_id)
    if row.state == KeyState.RETIRED:
        raise KeyRetired(_("This key was retired. Enter a new one."))
    return row


async def _key(db: AsyncSession, actor: Actor, key_id: UUID) -> KeyRow:
    row = await queries.lock_key(db, actor.scope, key_id)
    if row is None:
        raise KeyNotFound(_("There is no such key."))
    return row
