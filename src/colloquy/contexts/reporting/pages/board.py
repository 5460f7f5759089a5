"""The board: who answered, how far everything is, what came of it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.reporting.pages.framing import frame
from colloquy.contexts.reporting.policy.progress import Filter
from colloquy.contexts.reporting.service import board
from colloquy.kit.http.audited import reads
from colloquy.kit.http.state import DbSession
from colloquy.web import pages

router = APIRouter()
LONGEST_SEARCH = 200
MOST_COLUMNS = 6
"""Competencies that get a column of dots each; more of them share one, each dots with its name."""


@router.get("/interviews/{interview_id}/sessions", dependencies=[reads("board")])
async def sessions(
    interview_id: UUID,
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    state: str = "",
    search: Annotated[str, Query(alias="q")] = "",
    after: str = "",
) -> Response:
    """The board; asked by htmx, the table alone."""
    only = Filter(state) if state in set(Filter) else None
    search = " ".join(search.replace("\0", "").split())[:LONGEST_SEARCH]
    page = await board.board(db, actor, interview_id, only=only, search=search, after=after or None)
    interview = page.interview
    here = f"/interviews/{interview_id}/sessions"
    fragment = "hx-request" in request.headers
    return pages.render(
        request,
        "reporting/board_table.html" if fragment else "reporting/board.html",
        **frame(page.interview, actor, "board"),
        page=page,
        columns=interview.competencies if len(interview.competencies) <= MOST_COLUMNS else (),
        only=only,
        search=search,
        here=_address(here, only, search, after=after),
        newest=_address(here, only, search) if after else None,
        older=_address(here, only, search, after=page.after) if page.after else None,
        address=lambda one: _address(here, one, search),
    )


def _address(here: str, only: Filter | None, search: str, **more: str | None) -> str:
    query = {"state": only.value if only else "", "q": search, **more}
    given = {name: value for name, value in query.items() if value}
    return f"{here}?{urlencode(given)}" if given else here
