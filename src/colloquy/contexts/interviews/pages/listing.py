"""All interviews, and the start of a new one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from colloquy.contexts.identity.public import Permission
from colloquy.contexts.interviews import library
from colloquy.contexts.interviews.errors import InvalidInput
from colloquy.contexts.interviews.pages.given import SentForm, Viewer
from colloquy.contexts.interviews.policy.cursor import cursor, place
from colloquy.contexts.interviews.policy.drafts import MAX_TITLE, Description
from colloquy.contexts.interviews.policy.interview import InterviewState
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.service import creating, reading
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/interviews")
_PAGE_SIZE = 25
_BLANK = "blank"


@router.get("")
async def list_interviews(
    request: Request,
    actor: Viewer,
    db: DbSession,
    state: str = "",
    search: Annotated[str, Query(alias="q")] = "",
    after: str = "",
) -> Response:
    """The list, filtered by state and by words in title or role; both stay in the address."""
    chosen = InterviewState(state) if state in set(InterviewState) else None
    search = " ".join(search.replace("\0", "").split())[:MAX_TITLE]
    found, last = await reading.interviews(
        db, actor.scope, state=chosen, search=search, before=place(after), limit=_PAGE_SIZE
    )
    counts = await reading.counts(db, actor.scope)
    return pages.render(
        request,
        "interviews/list.html",
        section="interviews",
        interviews=found,
        counts=counts,
        total=sum(counts.values()),
        state=chosen,
        search=search,
        newest=_address(chosen, search) if after else None,
        older=_address(chosen, search, after=cursor(last)) if last else None,
        address=lambda state: _address(state, search),
        may_edit=actor.may(Permission.INTERVIEWS_EDIT),
        board=actor.may(Permission.SESSIONS_VIEW),
    )


@router.get("/new")
async def new_interview(request: Request, actor: Viewer) -> Response:
    """Which template to start from, in which language, and what to call it."""
    actor.require(Permission.INTERVIEWS_EDIT)
    values = {
        "title": "",
        "role_title": "",
        "template": _BLANK,
        "language": str(request.state.page_context["language"]),
    }
    return _new(request, values, {})


@router.post("")
async def create_interview(request: Request, actor: Viewer, db: DbSession, sent: SentForm) -> Response:
    """Makes the draft and opens it in the editor."""
    values = {name: sent.text(name) for name in ("title", "role_title", "template", "language")}
    description = Description(values["title"], values["role_title"], language=values["language"])
    template = None if values["template"] in {"", _BLANK} else values["template"]
    try:
        async with db.begin_nested():
            interview_id = await creating.create(db, actor, description, template=template)
    except InvalidInput as refusal:
        return _new(request, values, refusal.fields, status=422)
    text = _("Draft created. Look through its questions, then publish it.") if template else _("Draft created.")
    return pages.see_other(request, f"/interviews/{interview_id}", text)


def _new(request: Request, values: dict[str, str], errors: Problems, *, status: int = 200) -> Response:
    return pages.render(
        request,
        "interviews/new.html",
        status=status,
        section="interviews",
        templates=library.templates(values["language"]),
        values=values,
        errors=errors,
    )


def _address(state: InterviewState | None, search: str, **more: str) -> str:
    query = {"state": state.value if state else "", "q": search, **more}
    given = {name: value for name, value in query.items() if value}
    return f"/interviews?{urlencode(given)}" if given else "/interviews"
