"""Signing the head of a chain with the installation's secret, which the database does not have.

Whoever may write to the database can make up a chain that is whole in itself. They cannot sign it: entries older than
two days must be covered by a signature, and each signature must fit the entry it names. The scheduler also writes each
signature to the log of the process, which usually leaves the machine: it is the witness against a database that was
cut back together with its signatures.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.audit import queries
from colloquy.contexts.audit.policy.lines import signed_text
from colloquy.contexts.audit.policy.log import Checkpoint, Reason
from colloquy.kit import clock, log
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope

DAY = timedelta(hours=24)
NETWORKS_KEPT = timedelta(days=180)
"""How long network addresses stay beside the entries of people: as long as a misuse of an account may be noticed late.
The entries themselves stay."""
_PURPOSE = "audit-checkpoint"
_log = log.get_logger("colloquy.audit")


def signed_by_us(secret: Secret, org_id: UUID, checkpoint: Checkpoint) -> bool:
    """Whether this installation signed it."""
    return secret.signed_by_us(_PURPOSE, signed_text(org_id, checkpoint), checkpoint.signature)


async def sign(db: AsyncSession, secret: Secret, scope: Scope, reason: Reason) -> Checkpoint:
    """Signs the chain as it is now."""
    standing = await queries.standing(db, scope)
    draft = Checkpoint(clock.now(), standing.number, standing.hash, reason, "")
    signature = secret.sign(_PURPOSE, signed_text(scope.org_id, draft))
    signed = Checkpoint(draft.at, draft.number, draft.hash, reason, signature)
    await queries.add_checkpoint(db, scope, signed)
    return signed


async def sign_all(database: Database, secret: Secret) -> int:
    """Signs every chain that was not signed for a day, and forgets network addresses that are too old. How many."""
    async with database.begin() as db:
        chains = await queries.chains(db)
    signed = 0
    for org_id in chains:
        scope = Scope(org_id)
        async with database.begin(scope) as db:
            if await queries.signed_since(db, scope, clock.now() - DAY):
                continue
            await queries.forget_networks(db, scope, clock.now() - NETWORKS_KEPT)
            made = await sign(db, secret, scope, "daily")
        signed += 1
        _log.info(
            "Audit log signed",
            org_id=str(org_id),
            number=made.number,
            hash=made.hash.hex(),
            at=made.at.isoformat(),
            signature=made.signature,
        )
    return signed
