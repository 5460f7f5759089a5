"""The interview as a candidate will see it, to look at only: nothing is recorded and nobody is counted."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity import public as identity
from colloquy.contexts.interviews.pages.given import Viewer, whole
from colloquy.contexts.privacy import public as privacy
from colloquy.kit.http.state import DbSession
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}/preview")


@router.get("")
async def preview(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """The landing page, the notice in full, and every question with its rules."""
    interview = await whole(db, actor, interview_id)
    organisation = await identity.organisation(db, actor.scope)
    notice = None
    if interview.questions:
        notice = privacy.notice(
            interview.language,
            interview.company,
            interview.title,
            kinds=interview.answer_kinds,
            retention_days=interview.retention_days,
            contact=organisation.contact_email,
        )
    return pages.render(
        request, "interviews/preview.html", interview=interview, company=interview.company, notice=notice
    )
