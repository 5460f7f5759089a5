"""What a viewer's look at a shared interview costs the database, beside the same look of somebody who sees everything.

    python -m tests.bench.bench_sharing [--sessions 1000] [--runs 200]

Prints one JSON object: medians of milliseconds a statement, for everybody and for a viewer whom the interview is shared
with, taken in turn; `cost` is the median of the differences of neighbours. `one` is a session by its key, `board` the
first fifty of an interview and `count` all of them. Planning is PostgreSQL's own figure, of the count.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.bench.product import Installation, installation
from tests.factories.candidates import begin
from tests.factories.identity import make_member
from tests.factories.interviews import TEXT, publish_interview

from colloquy.contexts.identity.public import Role
from colloquy.contexts.sessions import queries
from colloquy.kit.db import Scope, app_url, conninfo
from colloquy.roles.web import application

LOOKS: dict[str, Callable[[AsyncSession, Scope, dict[str, Any]], Awaitable[Any]]] = {
    "one": lambda db, scope, ids: queries.session(db, scope, ids["session"]),
    "board": lambda db, scope, ids: queries.board(
        db, scope, ids["interview"], states=None, search="", after=None, limit=50
    ),
    "count": lambda db, scope, ids: queries.counts(db, scope, [ids["interview"]]),
}
WARM = 10
"""Rounds that are not counted: they fill caches and prepare statements."""
_UNIQUE = {
    "id": "gen_random_uuid()",
    "email_key": "'c' || n",
    "opened_at": "opened_at - n * interval '1 minute'",
    "profile_key": "null",
}


async def seed(product: Installation, sessions: int) -> tuple[dict[str, Any], Scope]:
    """An interview with so many sessions, shared with a colleague; ids for statements, and that colleague's eyes."""
    made = await publish_interview(product.runtime, product.organisation, TEXT)
    transport = httpx.ASGITransport(application(product.runtime))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as api:
        candidate = await begin(api, made.token, name="Candidate", email="c@example.com")
    colleague = await make_member(product.runtime.database, product.organisation, Role.RECRUITER)
    with psycopg.connect(conninfo(app_url(product.where.migrating, role=None)), autocommit=True) as owner:
        columns = [
            name
            for (name,) in owner.execute(
                "select attname::text from pg_attribute where attrelid = 'sessions'::regclass and attnum > 0"
                " and not attisdropped and attgenerated = ''"
            )
        ]
        chosen = ", ".join(_UNIQUE.get(name, name) for name in columns)
        copied = f"insert into sessions ({', '.join(columns)}) select {chosen} from sessions, generate_series(2, %s) n"
        owner.execute(copied.encode(), (sessions,))
        owner.execute("update interviews set visibility = 'shared' where id = %s", (made.id,))
        owner.execute(
            "insert into interview_shares (org_id, interview_id, person_id, level, shared_by, shared_at)"
            " values (%s, %s, %s, 'view', %s, now())",
            (product.organisation.id, made.id, colleague.person_id, product.organisation.owner.person_id),
        )
        owner.execute("analyze")
    wanted = {"org": product.organisation.id, "session": UUID(str(candidate.session_id)), "interview": made.id}
    return wanted, Scope(product.organisation.id, colleague.person_id)


async def timed(db: AsyncSession, scope: Scope, name: str, ids: dict[str, Any]) -> float:
    """Milliseconds of one look, its rows read."""
    db.expunge_all()
    began = time.perf_counter()
    found = await LOOKS[name](db, scope, ids)
    took = (time.perf_counter() - began) * 1000
    if not found:
        raise RuntimeError("The look found nothing: it would be measured for nothing.")
    return took


async def planning(db: AsyncSession, ids: dict[str, Any]) -> float:
    """Milliseconds that PostgreSQL needs to plan the count."""
    asked = text("explain (analyze, summary) select count(*) from sessions where org_id = :org and interview_id = :one")
    lines = (await db.scalars(asked, {"org": ids["org"], "one": ids["interview"]})).all()
    return float(next(line for line in lines if line.startswith("Planning Time")).split()[2])


async def measure(sessions: int, runs: int) -> dict[str, Any]:
    """The figures."""
    async with installation() as product:
        wanted, viewer = await seed(product, sessions)
        everybody = Scope(viewer.org_id)
        took: dict[str, dict[str, list[float]]] = {name: {"everybody": [], "viewer": []} for name in LOOKS}
        plans: dict[str, list[float]] = {"everybody": [], "viewer": []}
        for number in range(runs + WARM):
            both = [("everybody", everybody), ("viewer", viewer)]
            # In turn who goes first, and the plan first: whoever begins a transaction pays for waking the connection.
            for who, scope in both if number % 2 else both[::-1]:
                async with product.runtime.database.begin(scope) as db:
                    planned = await planning(db, wanted)
                    spent = {name: await timed(db, scope, name, wanted) for name in LOOKS}
                if number >= WARM:
                    plans[who].append(planned)
                    for name, one in spent.items():
                        took[name][who].append(one)
    return {
        "sessions": sessions,
        "runs": runs,
        "load": round(os.getloadavg()[0], 1),
        **{
            name: {
                **{who: round(statistics.median(values), 3) for who, values in of.items()},
                "cost": round(statistics.median(b - a for a, b in zip(of["everybody"], of["viewer"], strict=True)), 3),
            }
            for name, of in took.items()
        },
        "planning": {who: round(statistics.median(values), 3) for who, values in plans.items()},
    }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=200)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(measure(given.sessions, given.runs))))


if __name__ == "__main__":
    main()
