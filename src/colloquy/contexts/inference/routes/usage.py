"""What models were used for and what it cost, as JSON and as a table."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.inference import schemas
from colloquy.contexts.inference.service import usage
from colloquy.kit import audit, clock
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession
from colloquy.kit.moments import Day

router = APIRouter()
_PROBLEMS = problems(NotSignedIn, Forbidden, Malformed)

Grouped = Annotated[
    list[schemas.By], Query(min_length=1, max_length=4, description="What rows are for; several make combinations.")
]
Span = tuple[datetime, datetime]


def _span(
    since: Annotated[Day | None, Query(description="The first day, UTC; 30 days ago when left out.")] = None,
    until: Annotated[Day | None, Query(description="The last day, UTC; today when left out.")] = None,
) -> Span:
    today = clock.now().date()
    first, last = since or today - timedelta(days=29), until or today
    beginning = datetime.combine(first, time(), UTC)
    try:
        return beginning, datetime.combine(last, time(), UTC) + timedelta(days=1)
    except OverflowError:
        return beginning, beginning  # the last day there is: refused as an empty span


InSpan = Annotated[Span, Depends(_span)]


@router.get("/model-usage", response_model=list[schemas.UsageView], responses=_PROBLEMS)
async def read_usage(
    actor: CurrentActor,
    db: DbSession,
    span: InSpan,
    by: Grouped = ["day"],  # noqa: B006 - FastAPI copies it
) -> list[usage.Usage]:
    """Sums over the calls of these days."""
    return await usage.usage_table(db, actor, _once(by), since=span[0], until=span[1])


@router.get(
    "/model-usage.csv",
    response_class=Response,
    responses={200: {"description": "RFC 4180, UTF-8", "content": {"text/csv": {}}}, **_PROBLEMS},
)
async def read_usage_csv(
    actor: CurrentActor,
    db: DbSession,
    span: InSpan,
    by: Grouped = ["day"],  # noqa: B006 - FastAPI copies it
) -> Response:
    """The same as a file for a spreadsheet."""
    table = await usage.usage_csv(db, actor, _once(by), since=span[0], until=span[1])
    audit.note(db, actor.scope, "usage.exported", details={"by": _once(by)})
    name = f"model-usage-{span[0]:%Y-%m-%d}.csv"
    return Response(table, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _once(by: list[schemas.By]) -> list[schemas.By]:
    return list(dict.fromkeys(by))
