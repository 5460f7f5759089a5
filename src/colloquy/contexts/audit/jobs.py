"""Background work of the audit log."""

from __future__ import annotations

from uuid import UUID

from colloquy.contexts.audit.policy.log import Finding
from colloquy.contexts.audit.service import check
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.jobs import Job


async def check_chain(database: Database, secret: Secret, *, org_id: UUID, check_id: UUID) -> None:
    """Checks an organisation's log."""
    await check.run(database, secret, Scope(org_id), check_id)


async def check_failed(database: Database, *, org_id: UUID, check_id: UUID) -> None:
    """The check was given up: the page says so."""
    await check.end(database, Scope(org_id), check_id, 0, Finding("failed"))


JOBS = (Job("audit.check", check_chain, gave_up=check_failed),)
