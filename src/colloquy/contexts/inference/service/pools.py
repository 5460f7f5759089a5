"""Taking a key from its pool, and what becomes of it after a vendor's no.

Nothing is remembered between two takings: a key that was added, retired or refused in any process counts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference.events import KeyRefused
from colloquy.contexts.inference.models import KeyRow
from colloquy.contexts.inference.policy import keys as policy
from colloquy.contexts.inference.policy.choosing import Model
from colloquy.contexts.inference.policy.keys import Use
from colloquy.contexts.inference.queries import keys as queries
from colloquy.contexts.inference.service.installation import Installation
from colloquy.kit import log
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.providers.llm.structured import ModelRefused, ModelUnavailable

PURPOSE: Final = "model-key"
KEYLESS: Final = frozenset({"ollama", "lmstudio", "llamacpp", "vllm", "compatible"})
"""Vendors whose servers are often one's own and then ask for no key."""
_LOOKS: Final = 10
"""Each look fails only when every key of the pool is replaced while it waits."""

_log = log.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A key to ask with. `id` is its row's; `number` is the installation's; both None where no key is needed."""

    value: str | None
    id: UUID | None = None
    number: UUID | None = None


@dataclass(frozen=True, slots=True)
class NoKey:
    """None to be had. `free_at`: one rests until then; None: every one was refused or disabled."""

    free_at: datetime | None


def needs_no_key(model: Model) -> bool:
    """Whether a model may be asked without one: at a server of one's own."""
    return model.vendor in KEYLESS or bool(model.base_url)


async def take(
    db: AsyncSession, secret: Secret, scope: Scope, model: Model, installation: Installation | None, now: datetime
) -> Taken | NoKey:
    """The next key of the model's pool, counted as used."""
    if model.id is None and installation is not None:
        if not installation.has_keys:
            return Taken(None)
        taken = installation.take(now)
        return NoKey(installation.free_at(now)) if taken is None else Taken(taken[1], number=taken[0])
    rows = {row.id: row for row in await _locked(db, scope, model.address)}
    while rows:
        use = policy.next_key(map(_use, rows.values()), now)
        if use is None:
            return NoKey(min(policy.free_at(_use(row), now) for row in rows.values()))
        row = rows.pop(use.id)
        value = unsealed(secret, row)
        if value is None:
            await refuse(db, scope, row.id, "unreadable")
            continue
        after = policy.used(use, now)
        await queries.set_use(
            db, row.id, minute=after.minute, uses=after.minute_uses, before=after.minute_before, used_at=after.used_at
        )
        return Taken(value, id=row.id)
    if needs_no_key(model) and model.address not in await queries.addresses(db, scope):
        return Taken(None)
    return NoKey(None)


async def _locked(db: AsyncSession, scope: Scope, address: tuple[str, str]) -> Sequence[KeyRow]:
    """The active keys. Waiting for the lock of one that is being replaced ends without it, and without its successor,
    which is younger than the statement that waited: then it is looked for again.
    """
    for _ in range(_LOOKS):
        rows = await queries.lock_pool(db, scope, address)
        if rows or not (await queries.addresses(db, scope)).get(address):
            return rows
    return ()


async def note(
    db: AsyncSession,
    scope: Scope,
    taken: Taken,
    error: Exception,
    installation: Installation | None,
    now: datetime,
) -> None:
    """Lets a key rest, or takes it out of use, after what its vendor said."""
    if isinstance(error, ModelUnavailable) and error.limited:
        duration, reason = policy.rest_after_limit(error.retry_after), "limit"
    elif isinstance(error, ModelRefused) and error.code == "quota":
        duration, reason = policy.REST_AFTER_QUOTA, "quota"
    elif isinstance(error, ModelRefused) and error.code == "key":
        duration, reason = policy.LONGEST_REST, "key"
    else:
        return
    if taken.number is not None and installation is not None:
        installation.rest(taken.number, now, duration)
    elif taken.id is not None and reason == "key":
        await refuse(db, scope, taken.id, reason)
    elif taken.id is not None:
        await queries.rest(db, scope, taken.id, now + duration, reason)


async def refuse(db: AsyncSession, scope: Scope, key_id: UUID, reason: str) -> None:
    """Takes a key out of use until a person says otherwise, and announces it once."""
    if await queries.refuse(db, scope, key_id, reason):
        _log.warning("A model key is refused", key_id=str(key_id), reason=reason)
        await publish(db, KeyRefused(org_id=scope.org_id, key_id=key_id, reason=reason))


def _use(row: KeyRow) -> Use:
    return Use(
        row.id,
        rests_until=row.rests_until,
        per_minute=row.per_minute,
        minute=row.minute,
        minute_uses=row.minute_uses,
        minute_before=row.minute_before,
        used_at=row.used_at,
    )


def unsealed(secret: Secret, row: KeyRow) -> str | None:
    """The key itself; None when this installation's secret does not open it."""
    try:
        return secret.unseal(PURPOSE, row.sealed or b"", about=row.id.bytes).decode()
    except ValueError:
        return None
