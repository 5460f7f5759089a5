"""Who reviews: asking colleagues, what waits for somebody, looking before one's own card, how far people agree."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting.pages.forms import SentText
from colloquy.contexts.reporting.pages.reviewing import TheSecret, again
from colloquy.contexts.reporting.service import agreement
from colloquy.contexts.reporting.service.reading import visible_session
from colloquy.contexts.scoring import public as scoring
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter()


@router.get("/waiting")
async def waiting(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Candidates who wait for the reader's scorecard."""
    return pages.render(request, "reporting/waiting.html", section="waiting", waiting=await scoring.waiting(db, actor))


@router.get("/interviews/{interview_id}/reviewers")
async def reviewers(interview_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Who is asked, and how far people agree with each other and the program with them."""
    return await _reviewers(request, actor, db, interview_id)


@router.post("/interviews/{interview_id}/panel")
async def ask_for_interview(interview_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Asks exactly the chosen colleagues about every candidate."""
    await scoring.ask(db, actor, interview_id, await _chosen(request))
    return pages.see_other(request, f"/interviews/{interview_id}/reviewers", _("The panel is saved."))


@router.post("/sessions/{session_id}/panel")
async def ask_for_session(session_id: UUID, request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Asks exactly the chosen colleagues about this candidate, besides those who are asked about all."""
    session = await visible_session(db, actor, session_id)
    await scoring.ask(db, actor, session.interview_id, await _chosen(request), session_id=session_id)
    return pages.see_other(request, f"/sessions/{session_id}#panel", _("The panel is saved."))


@router.post("/interviews/{interview_id}/reveal")
async def reveal_interview(
    interview_id: UUID, request: Request, actor: CurrentActor, db: DbSession, sent: SentText
) -> Response:
    """Opens every candidate of the interview to the reader, who decides."""
    reason = sent.get("reason", "")
    try:
        async with db.begin_nested():
            await scoring.reveal(db, actor, interview_id, reason)
    except Malformed as refusal:
        revealing = {"reason": reason, "errors": refusal.fields}
        return await _reviewers(request, actor, db, interview_id, status=422, revealing=revealing)
    return pages.see_other(request, f"/interviews/{interview_id}/reviewers", _("Revealed to you; your reason is kept."))


@router.post("/sessions/{session_id}/reveal")
async def reveal_session(
    session_id: UUID, request: Request, actor: CurrentActor, db: DbSession, secret: TheSecret, sent: SentText
) -> Response:
    """Opens one candidate to the reader, who decides, before their own scorecard is in."""
    session = await visible_session(db, actor, session_id)
    reason = sent.get("reason", "")
    try:
        async with db.begin_nested():
            await scoring.reveal(db, actor, session.interview_id, reason, session_id=session_id)
    except Malformed as refusal:
        revealing = {"reason": reason, "errors": refusal.fields}
        return await again(request, actor, db, secret, session_id, revealing=revealing)
    return pages.see_other(request, f"/sessions/{session_id}#scores", _("Revealed to you; your reason is kept."))


async def _chosen(request: Request) -> list[UUID]:
    form = await request.form()
    try:
        return [UUID(str(value)) for value in form.getlist("person")]
    except ValueError as error:
        raise Malformed(_("Reload the page."), fields={"person": _("Choose from the list.")}) from error


async def _reviewers(
    request: Request,
    actor: Actor,
    db: AsyncSession,
    interview_id: UUID,
    *,
    status: int = 200,
    revealing: Mapping[str, object] | None = None,
) -> Response:
    cohort = await agreement.cohort(db, actor, interview_id)
    interview, may_edit = cohort.interview, actor.may(Permission.INTERVIEWS_EDIT)
    reveals = await scoring.reveals(db, actor.scope, interview_id)
    return pages.render(
        request,
        "reporting/reviewers.html",
        status=status,
        section="interviews",
        # What interviews/frame.html asks for:
        interview=interview,
        tab="reviewers",
        may_edit=may_edit,
        frozen=interview.has_candidates,
        may_change=may_edit and not interview.has_candidates,
        has_board=True,
        # The page itself:
        cohort=cohort,
        panel=await scoring.panel(db, actor.scope, interview_id),
        team=await interviews.colleagues(db, actor.scope, interview_id, Permission.SESSIONS_VIEW),
        reveals=reveals,
        revealed=any(one.person_id == actor.person_id for one in reveals),
        revealing=revealing or {"reason": "", "errors": {}},
        may_decide=actor.may(Permission.SESSIONS_DECIDE),
        least=scoring.ENOUGH,
        longest_reason=scoring.LONGEST_REASON,
    )
