"""Writing the report of a scored session: once a version, however often the news arrives."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.reporting import queries
from colloquy.contexts.reporting.policy.json import to_json
from colloquy.contexts.reporting.policy.levels import mean_levels, to_stored
from colloquy.contexts.reporting.service.assemble import assemble, gather
from colloquy.contexts.scoring.events import ReportReady
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.ids import new_id


async def build(db: AsyncSession, scope: Scope, session_id: UUID, version: int) -> bool:
    """Keeps the report of this version of the score and announces it.

    False when there is nothing to do: it was written before, or a newer score has news of its own on the way.
    SessionNotFound when the session was erased meanwhile.
    """
    if await queries.has_report(db, scope, session_id, version):
        return False
    found = await gather(db, scope, session_id)
    if found.score is None or found.score.version != version:
        return False
    document = assemble(found)
    text = to_json(document)
    added = await queries.add_report(
        db,
        {
            "id": new_id(),
            "org_id": scope.org_id,
            "session_id": session_id,
            "version": version,
            "document": text.decode(),
            "hash": hashlib.sha256(text).hexdigest(),
            "levels": to_stored(mean_levels(document)),
            "low_accuracy": any(one.transcript and one.transcript.low_accuracy for one in document.answers),
            "made_at": clock.now(),
        },
    )
    if added:
        await publish(db, ReportReady(org_id=scope.org_id, session_id=session_id, report_version=version))
    return added
