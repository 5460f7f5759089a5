"""Checking a whole chain in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from colloquy.contexts.audit import queries
from colloquy.contexts.audit.policy.chain import Walk, Witness
from colloquy.contexts.audit.policy.log import Filter, Finding, Verdict
from colloquy.contexts.audit.service.checkpoint import signed_by_us
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope

PIECE = 2000
"""Entries read at once: some hundred kilobytes, a few milliseconds of work between two looks at the clock."""

Progress = Callable[[int], Awaitable[None]]


async def verify(
    database: Database,
    secret: Secret,
    scope: Scope,
    *,
    progress: Progress | None = None,
    witness: Witness | None = None,
) -> Verdict:
    """Looks at every entry up to the head, and at every signature. Opens its own transactions, one a piece.

    Entries that are appended meanwhile are not looked at.
    """
    async with database.begin(scope) as db:
        standing = await queries.standing(db, scope)
        checkpoints = await queries.checkpoints(db, scope)
        rows = await queries.count(db, scope, standing.number)
    for one in checkpoints:
        if not signed_by_us(secret, scope.org_id, one):
            forged = Finding("signature", one.number, {"day": f"{one.at:%Y-%m-%d}"})
            return Verdict(0, len(checkpoints), forged)
    walk = Walk(scope.org_id, checkpoints, clock.now(), witness)
    finding: Finding | None = None
    while finding is None:
        async with database.begin(scope) as db:
            piece = await queries.entries(
                db, scope, Filter(), after=walk.number, before=standing.number + 1, limit=PIECE
            )
        for entry in piece:
            finding = finding or walk.take(entry)
        if progress is not None:
            await progress(walk.number)
        if len(piece) < PIECE:
            break
    return Verdict(walk.number, len(checkpoints), finding or walk.end(standing, rows))
