"""The board for programs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.interviews.public import InterviewNotFound
from colloquy.contexts.reporting import schemas
from colloquy.contexts.reporting.policy.csv import board_csv
from colloquy.contexts.reporting.policy.filenames import content_disposition
from colloquy.contexts.reporting.policy.progress import filter_named
from colloquy.contexts.reporting.service import board, views
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.audited import reads
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession

router = APIRouter()
_PROBLEMS = problems(NotSignedIn, Forbidden, InterviewNotFound, Malformed)


@router.get(
    "/interviews/{interview_id}/sessions",
    response_model=schemas.SessionsView,
    responses=_PROBLEMS,
    dependencies=[reads("board")],
)
async def list_sessions(
    interview_id: UUID,
    actor: CurrentActor,
    db: DbSession,
    state: Annotated[str, Query(description="ready, needs_person, processing, answering, expired or withdrawn.")] = "",
    search: Annotated[str, Query(max_length=200, description="A part of the name or of the e-mail address.")] = "",
    after: Annotated[str | None, Query(max_length=100, description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = board.PAGE,
) -> schemas.SessionsView:
    """An interview's candidates, newest first."""
    only = filter_named(state) if state else None
    page = await board.board(db, actor, interview_id, only=only, search=search, after=after, limit=limit)
    return views.board(page)


@router.get(
    "/interviews/{interview_id}/sessions.csv",
    response_class=Response,
    responses=_PROBLEMS,
    dependencies=[reads("board_csv")],
)
async def export_board(interview_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """All candidates of the interview as a table (RFC 4180, UTF-8 with a mark, safe in spreadsheets)."""
    rows = await board.board_rows(db, actor, interview_id)
    title = rows[0].interview if rows else "candidates"
    headers = {"Content-Disposition": content_disposition(title, "candidates", suffix="csv")}
    return Response(board_csv(rows, bom=True), media_type="text/csv; charset=utf-8", headers=headers)
