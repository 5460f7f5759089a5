from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from tests.factories.candidates import begin
from tests.factories.interviews import publish_interview

from colloquy.contexts.media.service import receive
from colloquy.contexts.sessions import public as sessions
from colloquy.providers.storage.spool import UploadMissing, UploadSpool


@pytest.fixture
def traces(owner_connection):
    """`traces("ada@example.com", ...)`: the tables that have one of these anywhere in any row, of all there are."""

    def find(*needles) -> set[str]:
        tables = owner_connection.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'public' and c.relkind in ('r', 'p')"
        ).fetchall()
        patterns = [f"%{needle}%" for needle in needles]
        return {
            name
            for (name,) in tables
            if owner_connection.execute(
                f"select 1 from {name} t where t::text ilike any(%s) limit 1", [patterns]
            ).fetchone()
        }

    return find


@pytest.fixture
def files(runtime, settings):
    """`await files(scope, recording_id)`: what lies on the disk of a recording."""

    async def find(scope, recording_id: UUID) -> list[str]:
        spool = runtime.provided.get(UploadSpool)
        objects = settings.data_dir / "media" / str(scope.org_id) / "recordings" / str(recording_id)
        found = [path.name for path in objects.rglob("*") if path.is_file()]
        try:
            await spool.offset(receive.spool_name(recording_id))
        except UploadMissing:
            return found
        return [*found, "spool"]

    return find


@pytest.fixture
def bring_forward(runtime):
    """`await bring_forward(scope)`: the jobs of this organisation that were put off are due now."""

    async def do(scope) -> None:
        async with runtime.database.begin() as db:
            await db.execute(
                text(
                    "update procrastinate_jobs set scheduled_at = null where status = 'todo'"
                    " and task_name in"
                    " ('sessions.end_retention', 'media.erase', 'notifications.erase', 'sessions.certify_erasure')"
                    " and args->>'org_id' = :org"
                ),
                {"org": str(scope.org_id)},
            )

    return do


@pytest.fixture
def waits_until(runtime):
    """`await waits_until(session_id)`: when the session's retention is looked at next."""

    async def find(session_id):
        async with runtime.database.begin() as db:
            rows = await db.scalars(
                text(
                    "select scheduled_at from procrastinate_jobs where status = 'todo'"
                    " and task_name = 'sessions.end_retention' and args->>'session_id' = :id"
                ),
                {"id": str(session_id)},
            )
            return list(rows)

    return find


@pytest.fixture
def answering(runtime, api, make_organisation):
    """`made, candidate = await answering(draft, …)`: a candidate who has agreed, in an interview of these questions."""

    async def make(*drafts, **description):
        made = await publish_interview(runtime, await make_organisation(), *drafts, **description)
        candidate = await begin(api, made.token)
        await candidate.agree()
        return made, candidate

    return make


@pytest.fixture
def session_of(runtime):
    """`await session_of(made, candidate)`: the candidate's session as it is stored."""

    async def find(made, candidate):
        async with runtime.database.begin(made.organisation.scope) as db:
            return await sessions.session(db, made.organisation.scope, UUID(candidate.session_id))

    return find
