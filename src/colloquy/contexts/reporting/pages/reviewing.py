"""The review page as it is answered, also with what was sent and what to change about it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting.service.review import ReviewPage, review_page
from colloquy.contexts.scoring import public as scoring
from colloquy.kit.crypto import Secret
from colloquy.kit.http import cookies
from colloquy.kit.http.state import instance
from colloquy.web import pages

TheSecret = Annotated[Secret, instance(Secret)]
JUDGE_FIRST = "colloquy_judge_first"
_FIELDS = ("answer", "comment", "text", "at", "quote", "competency", "level", "reason")
_NOTHING: dict[str, Any] = dict.fromkeys(_FIELDS) | {"errors": {}}


async def again(
    request: Request,
    actor: Actor,
    db: AsyncSession,
    secret: Secret,
    session_id: UUID,
    *,
    status: int = 422,
    **form: Any,
) -> Response:
    """The page with what was sent and what to change about it."""
    page = await review_page(db, secret, actor, session_id)
    return await render(request, actor, db, page, "reporting/session.html", status=status, **form)


async def render(
    request: Request,
    actor: Actor,
    db: AsyncSession,
    page: ReviewPage,
    template: str,
    *,
    status: int = 200,
    **form: Any,
) -> Response:
    """`template` with everything that the review page and its parts ask for."""
    own = page.own
    first = cookies.given(request, JUDGE_FIRST) == "yes"
    may_decide = actor.may(Permission.SESSIONS_DECIDE)
    context: dict[str, Any] = {
        "scorecard": (own.levels, own.comment) if own else ({}, ""),
        "scorecard_errors": {},
        "decision": ("", ""),
        "decision_errors": {},
        "noted": _NOTHING,
        "correcting": _NOTHING,
        "revealing": _NOTHING,
    }
    for name, sent in form.items():
        context[name] = context[name] | sent if context.get(name) is _NOTHING else sent
    return pages.render(
        request,
        template,
        status=status,
        section="interviews",
        page=page,
        session=page.session,
        document=page.document,
        me=actor.person_id,
        judge_first=first,
        # The rest of the page, where somebody may be writing, is from before the report.
        fresh="hx-request" in request.headers and page.written and page.progress is None,
        # Not blurred but left out: what is not on the page cannot sway anybody.
        hidden=page.hidden or (first and own is None),
        may_review=actor.may(Permission.SESSIONS_REVIEW) and page.session.state.handed_in,
        may_note=actor.may(Permission.SESSIONS_REVIEW),
        may_delete=may_decide,
        may_decide=may_decide and page.session.state.handed_in,
        may_ask=may_decide,
        team=await interviews.colleagues(db, actor.scope, page.session.interview_id, Permission.SESSIONS_VIEW)
        if may_decide
        else [],
        shortest_reason=scoring.SHORTEST_REASON,
        longest_reason=scoring.LONGEST_REASON,
        longest_comment=scoring.LONGEST_COMMENT,
        **context,
    )
