"""Pages about several candidates: side by side, and how the scale is used. And the history of one's judgements."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from colloquy.contexts.analysis.public import Evaluator
from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.reporting.pages.framing import frame
from colloquy.contexts.reporting.service.calibration import calibration
from colloquy.contexts.reporting.service.compare import FEWEST, MOST, compare
from colloquy.contexts.reporting.service.judgements import history
from colloquy.contexts.reporting.service.picking import picked
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.http.audited import reads
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import ngettext
from colloquy.web import pages

router = APIRouter()


@router.get("/interviews/{interview_id}/compare", dependencies=[reads("comparison")])
async def compare_candidates(
    interview_id: UUID,
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    secret: Annotated[Secret, instance(Secret)],
    chosen: Annotated[list[str] | None, Query(alias="sessions")] = None,
    question: int = 1,
    names: str = "",
) -> Response:
    """Two to four candidates and one question; `names=hidden` calls them A, B, C."""
    ids = picked(chosen or ())
    page = await compare(db, secret, actor, interview_id, ids, question)
    board = f"/interviews/{interview_id}/sessions"
    if page is None:
        text = ngettext(
            "Choose %(fewest)s to %(most)s candidates to compare; %(num)s is chosen.",
            "Choose %(fewest)s to %(most)s candidates to compare; %(num)s are chosen.",
            len(ids),
            fewest=FEWEST,
            most=MOST,
        )
        return pages.see_other(request, board, text, kind="warn")
    nameless = names == "hidden"

    def address(number: int, *, hide: bool = nameless) -> str:
        query = {"sessions": ",".join(map(str, ids)), "question": number, **({"names": "hidden"} if hide else {})}
        return f"/interviews/{interview_id}/compare?{urlencode(query, safe=',')}"

    number, last = page.question.number, len(page.interview.questions)
    return pages.render(
        request,
        "reporting/compare.html",
        **frame(page.interview, actor, ""),
        page=page,
        nameless=nameless,
        toggle=address(number, hide=not nameless),
        previous=address(number - 1) if number > 1 else "",
        next=address(number + 1) if number < last else "",
        total=last,
    )


@router.get("/interviews/{interview_id}/calibration", dependencies=[reads("calibration")])
async def read_calibration(
    interview_id: UUID,
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    first: Annotated[str, Query(alias="from")] = "",
    last: Annotated[str, Query(alias="to")] = "",
) -> Response:
    """Which levels are given, by whom; of candidates who handed in between two days."""
    found = await calibration(db, actor, interview_id, first=_day(first), last=_day(last))
    return pages.render(
        request,
        "reporting/calibration.html",
        **frame(found.interview, actor, "calibration"),
        page=found,
        first=first if _day(first) else "",
        last=last if _day(last) else "",
    )


@router.get("/sessions/{session_id}/judgements", dependencies=[reads("judgements")])
async def judgements(
    session_id: UUID,
    request: Request,
    actor: CurrentActor,
    database: Annotated[Database, instance(Database)],
    rules: Annotated[Evaluator, instance(Evaluator)],
    *,
    check: bool = False,
) -> Response:
    """Every judgement of a session; with `check`, whether each still holds."""
    found = await history(database, rules, actor, session_id, check=check)
    return pages.render(
        request,
        "reporting/judgements.html",
        section="interviews",
        page=found,
        session=found.session,
        checked=check,
        **_may(actor),
    )


def _may(actor: Actor) -> dict[str, bool]:
    return {"may_decide": actor.may(Permission.SESSIONS_DECIDE)}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
