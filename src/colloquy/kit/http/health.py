"""`/healthz` (the process lives), `/readyz` (it can work) and `/metrics` (Prometheus)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from sqlalchemy import text

from colloquy.kit.db import Database
from colloquy.kit.http.problem import problem
from colloquy.kit.http.state import provided
from colloquy.kit.jobs import queue_depths

router = APIRouter(include_in_schema=False)
_depth = Gauge("colloquy_queue_jobs", "Jobs waiting or running.", ["queue", "state"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """The event loop answers. Says nothing of the database, so that nobody restarts us for its sake."""
    return {"status": "ok"}


@router.get("/readyz", response_model=None)
async def ready(request: Request) -> dict[str, str] | Response:
    """The database answers a query."""
    try:
        async with provided(request).get(Database).begin() as db:
            await db.execute(text("select 1"))
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is "not ready"
        return problem(503, "not_ready", "The database does not answer.", headers={"Retry-After": "2"})
    return {"status": "ready"}


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """All metrics in Prometheus' text format, with the depth of every queue as of now."""
    async with provided(request).get(Database).begin() as db:
        depths = await queue_depths(db)
    _depth.clear()
    for (queue, state), jobs in depths.items():
        _depth.labels(queue, state).set(jobs)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
