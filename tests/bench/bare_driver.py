"""Bare FastAPI over psycopg's pool: one statement a request, its rows as JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg_pool
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from psycopg.rows import dict_row

ME = """
select p.id::text as person_id, p.name, p.email, p.language, o.id::text as organisation_id, o.name as organisation,
       o.accent, o.contact_email, m.role
  from people p join memberships m on m.person_id = p.id join organisations o on o.id = m.org_id
 where p.id = %s
"""
SESSIONS = """
select s.id::text, s.name, s.email, s.state, s.state_reason, s.started_at::text, s.completed_at::text,
       score.overall_score::float, score.technical_score::float, score.communication_score::float, score.needs_human,
       report.levels, report.low_accuracy,
       (select outcome from decisions d where d.session_id = s.id order by position desc limit 1) as decision
  from sessions s
  left join lateral (select * from scores where session_id = s.id order by version desc limit 1) score on true
  left join lateral (select levels, low_accuracy from reports where session_id = s.id order by version desc limit 1)
            report on true
 where s.interview_id = %s order by s.opened_at desc, s.id desc limit 51
"""
INTERVIEWS = """
select i.id::text, i.title, i.role_title, i.language, i.state, i.closes_at::text,
       i.frozen_at is not null as has_candidates, i.created_at::text, i.updated_at::text, q.question_count, q.minutes
  from interviews i
  left join lateral (select count(*) as question_count,
                            ceil(sum(15 + think_seconds + answer_seconds) / 60.0)::int as minutes
                       from questions where interview_id = i.id and deleted_at is null) q on true
 where i.org_id = %s order by i.id desc limit 51
"""


def application(database: str) -> FastAPI:
    """`/me/{id}`, `/sessions/{interview_id}`, `/interviews/{org_id}`."""
    pool = psycopg_pool.AsyncConnectionPool(
        database, min_size=8, max_size=10, open=False, kwargs={"autocommit": True, "row_factory": dict_row}
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(lifespan=lifespan)

    async def rows(statement: str, key: str) -> list[dict[str, Any]]:
        async with pool.connection() as connection:
            return await (await connection.execute(statement, (key,))).fetchall()

    @app.get("/readyz")
    async def ready() -> JSONResponse:
        return JSONResponse({})

    @app.get("/me/{person_id}")
    async def me(person_id: str) -> JSONResponse:
        return JSONResponse((await rows(ME, person_id))[0])

    @app.get("/sessions/{interview_id}")
    async def sessions(interview_id: str) -> JSONResponse:
        return JSONResponse({"items": await rows(SESSIONS, interview_id)})

    @app.get("/interviews/{org_id}")
    async def interviews(org_id: str) -> JSONResponse:
        return JSONResponse({"items": await rows(INTERVIEWS, org_id)})

    return app
