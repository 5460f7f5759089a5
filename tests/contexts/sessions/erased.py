"""Looking at sessions that may have been erased, and at what may still be about them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from colloquy.contexts.sessions import public as sessions

STAYS = {
    "consents": "the proof of what was agreed to; its network address is emptied",
    "outbox": "the last event says that the session was erased",
    "erased_sessions": "the tombstone, by which a restored backup is erased again",
    "erasure_requests": "that it was asked for, and the certificate",
    "audit_entries": "who did what and when: ids alone, and nothing of it can be changed",
}
"""Where the id of an erased session may still be, and why."""


async def given_up(runtime, scope) -> int:
    async with runtime.database.begin(scope) as db:
        return await db.scalar(text("select count(*) from dead_letters where org_id = :id"), {"id": scope.org_id})


async def session(runtime, scope, session_id) -> sessions.Session | None:
    async with runtime.database.begin(scope) as db:
        return await sessions.session(db, scope, UUID(str(session_id)))


async def takes(runtime, scope, session_id) -> list[UUID]:
    """The recordings of all takes, the first one first."""
    async with runtime.database.begin(scope) as db:
        rows = await db.scalars(
            text(
                "select t.recording_id from takes t join answers a on a.id = t.answer_id"
                " where a.session_id = :id order by t.number"
            ),
            {"id": UUID(str(session_id))},
        )
        return list(rows)
