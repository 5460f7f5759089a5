"""Looking at sessions that may have been erased, and at what may still be about them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.contexts.sessions.service import erase
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope

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


async def confirm(runtime, candidate) -> None:
    """The candidate, who has asked for everything to be erased, opens the link of the letter and confirms."""
    scope = Scope(UUID(hex=candidate.key.split(".")[0]))
    async with runtime.database.begin(scope) as db:
        request = await retention.open_request(db, scope, UUID(str(candidate.session_id)))
    token = retention.link_token(runtime.provided.get(Secret), request)
    async with runtime.database.begin() as db:
        await sessions.confirm_erasure(db, token)


async def erase_now(runtime, candidate) -> None:
    """The session is erased, at once."""
    scope = Scope(UUID(hex=candidate.key.split(".")[0]))
    async with runtime.database.begin(scope) as db:
        assert await erase.erase(db, scope, UUID(str(candidate.session_id)), why=erase.Why.REQUEST)


async def until_certified(runtime, scope, run_jobs) -> None:
    """Everything queued is done, and looks that found work still under way are looked again."""
    for _ in range(10):
        await run_jobs()
        async with runtime.database.begin(scope) as db:
            erasing = await retention.requests(db, scope, retention.RequestState.DUE, retention.RequestState.ERASING)
            await db.execute(
                text(
                    "update procrastinate_jobs set scheduled_at = null where status = 'todo'"
                    " and task_name = 'sessions.certify_erasure' and args->>'org_id' = :org"
                ),
                {"org": str(scope.org_id)},
            )
        if not erasing:
            await run_jobs()
            return
    raise AssertionError("something of an erased session is left, or never looked for")
