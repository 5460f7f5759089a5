"""The audit log as JSON and as files, under /api."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from colloquy.contexts.audit import schemas
from colloquy.contexts.audit.policy.words import words
from colloquy.contexts.audit.service import export, read
from colloquy.contexts.audit.service.asked import Asked
from colloquy.contexts.identity.public import CurrentActor
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.web.csrf import CsrfChecked

router = APIRouter(tags=["Audit log"], dependencies=[CsrfChecked])
_PROBLEMS = problems(NotSignedIn, Forbidden, Malformed)
TheDatabase = Annotated[Database, instance(Database)]
TheSecret = Annotated[Secret, instance(Secret)]


@router.get("/audit", response_model=schemas.LogView, responses=_PROBLEMS)
async def read_log(
    actor: CurrentActor,
    db: DbSession,
    wanted: Asked,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="Entries with a lower number")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> schemas.LogView:
    """Who did what, newest first."""
    found, older = await read.listed(db, actor, wanted, before=before, limit=limit)
    return schemas.LogView(
        entries=[
            schemas.EntryView(
                number=entry.number,
                at=entry.at,
                actor_kind=entry.actor_kind,
                actor_id=entry.actor_id,
                action=entry.action,
                words=words(entry),
                subject_kind=entry.subject_kind,
                subject_id=entry.subject_id,
                details=dict(entry.details),
                request_id=entry.request_id,
                network=entry.network,
                previous=entry.previous.hex(),
                hash=entry.hash.hex(),
            )
            for entry in found
        ],
        older=older,
    )


def _described(media_type: str, text: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": text, "content": {media_type: {}}}, **_PROBLEMS}


@router.get(
    "/audit.jsonl",
    response_class=StreamingResponse,
    responses=_described("application/jsonl", "A signed head, then an entry a line; `colloquy audit verify --file`"),
)
async def export_lines(
    actor: CurrentActor, database: TheDatabase, secret: TheSecret, wanted: Asked
) -> StreamingResponse:
    """The log with its chain, for whoever wants to check it."""
    begun = await export.begin(database, secret, actor, wanted, "jsonl")
    return _file(export.lines(begun), "application/jsonl", "jsonl")


@router.get(
    "/audit.csv",
    response_class=StreamingResponse,
    responses=_described("text/csv", "RFC 4180, UTF-8 with a mark, the oldest entry first"),
)
async def export_table(
    actor: CurrentActor, database: TheDatabase, secret: TheSecret, wanted: Asked
) -> StreamingResponse:
    """The log for a spreadsheet."""
    begun = await export.begin(database, secret, actor, wanted, "csv")
    return _file(export.rows(begun), "text/csv; charset=utf-8", "csv")


def _file(body: AsyncIterator[str], media_type: str, suffix: str) -> StreamingResponse:
    name = f"audit-{clock.now():%Y-%m-%d}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingResponse(body, media_type=media_type, headers=headers)
