"""The frame around every page of one interview: what it is called, its tabs, what may be done with it."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews.policy.interview import Interview, InterviewState
from colloquy.web import pages


def render(
    request: Request,
    template: str,
    interview: Interview,
    actor: Actor,
    *,
    tab: str,
    status: int = 200,
    **context: Any,
) -> Response:
    """The page `template` inside the interview's frame."""
    may_edit = actor.may(Permission.INTERVIEWS_EDIT)
    return pages.render(
        request,
        template,
        status=status,
        section="interviews",
        interview=interview,
        tab=tab,
        may_edit=may_edit,
        frozen=interview.has_candidates,
        may_change=may_edit and not interview.has_candidates,
        has_board=interview.state is not InterviewState.DRAFT and actor.may(Permission.SESSIONS_VIEW),
        **context,
    )
