"""A check that somebody asks for on the page: a job with progress."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.audit import queries
from colloquy.contexts.audit.errors import CheckUnderWay
from colloquy.contexts.audit.policy.log import Check, Finding
from colloquy.contexts.audit.service.verify import verify
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.kit import audit, clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue


async def ask(db: AsyncSession, actor: Actor) -> Check:
    """Begins a check. Raises Forbidden, CheckUnderWay."""
    actor.require(Permission.AUDIT_VIEW)
    before = await queries.latest_check(db, actor.scope)
    if before is not None and before.ended_at is None:
        raise CheckUnderWay(_("The log is being checked already. Wait until it is done."))
    standing = await queries.standing(db, actor.scope)
    check = Check(new_id(), actor.person_id, clock.now(), None, standing.number, 0, [])
    await queries.add_check(db, actor.scope, check)
    await enqueue(db, "audit.check", org_id=actor.scope.org_id, check_id=check.id)
    audit.note(db, actor.scope, "audit.checked", details={"entries": standing.number})
    return check


async def run(database: Database, secret: Secret, scope: Scope, check_id: UUID) -> None:
    """Does it. Doing it again after it has ended changes nothing."""
    async with database.begin(scope) as db:
        check = await queries.latest_check(db, scope, check_id)
    if check is None or check.ended_at is not None:
        return

    async def progress(done: int) -> None:
        async with database.begin(scope) as db:
            await queries.check_went_on(db, scope, check_id, done)

    verdict = await verify(database, secret, scope, progress=progress)
    await end(database, scope, check_id, verdict.entries, verdict.finding)


async def end(database: Database, scope: Scope, check_id: UUID, done: int, finding: Finding | None) -> None:
    """Stores what was found."""
    findings = [] if finding is None else [asdict(finding)]
    async with database.begin(scope) as db:
        await queries.end_check(db, scope, check_id, done=done, findings=findings, now=clock.now())
