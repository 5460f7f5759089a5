"""`/settings/audit`: who did what, and whether the record is whole."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from colloquy.contexts.audit.policy.findings import said
from colloquy.contexts.audit.policy.log import Check, Filter, Finding
from colloquy.contexts.audit.policy.subjects import SubjectBook
from colloquy.contexts.audit.policy.words import KINDS, actor_words, detail_words, subject_words, words
from colloquy.contexts.audit.service import check, read
from colloquy.contexts.audit.service.asked import filter_of
from colloquy.contexts.identity.public import CurrentActor
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.kit.numbers import whole
from colloquy.web import pages
from colloquy.web.csrf import CsrfChecked

router = APIRouter(prefix="/settings/audit", include_in_schema=False, dependencies=[CsrfChecked])

Book = Annotated[SubjectBook, instance(SubjectBook)]
Text = Annotated[str, Query()]
HOME = "/settings/audit"


@router.get("")
async def log(
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    book: Book,
    who: Text = "",
    about: Text = "",
    since: Text = "",
    until: Text = "",
    action: Text = "",
    before: Text = "",
) -> Response:
    """A page of the log, newest first; all that narrows it stays in the address."""
    values = {"who": who, "about": about, "since": since, "until": until, "action": action}
    errors: dict[str, str] = {}
    try:
        wanted = filter_of(**values)
    except Malformed as error:
        wanted, errors = Filter(), error.fields
    start = whole(before) or None
    found = await read.page(db, actor, book, wanted, before=start)
    query = {name: value for name, value in values.items() if value.strip()}
    return pages.render(
        request,
        "audit/log.html",
        status=422 if errors else 200,
        section="settings",
        page=found,
        values=values,
        errors=errors,
        kinds=[(kind, _(text)) for kind, text in KINDS.items()],
        narrowed=bool(query),
        older=None if found.older is None else f"{HOME}?{urlencode({**query, 'before': found.older})}",
        newest=None if start is None else f"{HOME}?{urlencode(query)}",
        csv=f"/api/audit.csv?{urlencode(query)}",
        jsonl=f"/api/audit.jsonl?{urlencode(query)}",
        words=words,
        actor_words=actor_words,
        subject_words=subject_words,
        detail_words=detail_words,
        **_checked(found.check),
    )


@router.post("/check")
async def begin_check(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Checks the whole log, as a job."""
    await check.ask(db, actor)
    return pages.see_other(request, HOME)


@router.get("/check")
async def check_state(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """The newest check alone, fetched again while it is under way."""
    found = await read.check_now(db, actor)
    html = pages.render_text(request, "audit/check.html", **_checked(found))
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def _checked(found: Check | None) -> dict[str, Any]:
    finding = None
    if found is not None and found.findings:
        finding = said(Finding(**found.findings[0]))
    return {"check": found, "finding": finding}
