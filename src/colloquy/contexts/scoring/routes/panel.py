"""Who is asked to review, as JSON, under /api."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.interviews.public import InterviewNotFound, interview
from colloquy.contexts.scoring import schemas
from colloquy.contexts.scoring.errors import NotOnTheTeam
from colloquy.contexts.scoring.service import blind, panel
from colloquy.contexts.sessions.public import SessionNotFound, session
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _

router = APIRouter()
_INTERVIEW = (NotSignedIn, Forbidden, InterviewNotFound)
_SESSION = (NotSignedIn, Forbidden, SessionNotFound)


def _view(asked: list[panel.Asked]) -> schemas.PanelView:
    return schemas.PanelView(panel=[schemas.AskedView.model_validate(one) for one in asked])


@router.get("/interviews/{interview_id}/panel", response_model=schemas.PanelView, responses=problems(*_INTERVIEW))
async def interview_panel(interview_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.PanelView:
    """Who is asked to review every candidate of the interview."""
    actor.require(Permission.SESSIONS_VIEW)
    if await interview(db, actor.scope, interview_id) is None:
        raise InterviewNotFound(_("There is no such interview."))
    return _view(await panel.panel(db, actor.scope, interview_id))


@router.put(
    "/interviews/{interview_id}/panel",
    response_model=schemas.PanelView,
    responses=problems(*_INTERVIEW, NotOnTheTeam),
)
async def ask_for_interview(
    interview_id: UUID, given: schemas.PanelInput, actor: CurrentActor, db: DbSession
) -> schemas.PanelView:
    """Asks exactly these colleagues to review every candidate of the interview."""
    return _view(await panel.ask(db, actor, interview_id, given.person_ids))


@router.get("/sessions/{session_id}/panel", response_model=schemas.PanelView, responses=problems(*_SESSION))
async def session_panel(session_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.PanelView:
    """Who is asked to review this candidate, also as one of all."""
    actor.require(Permission.SESSIONS_VIEW)
    found = await session(db, actor.scope, session_id)
    if found is None:
        raise SessionNotFound(_("There is no such session."))
    return _view(await panel.panel(db, actor.scope, found.interview_id, session_id))


@router.put(
    "/sessions/{session_id}/panel", response_model=schemas.PanelView, responses=problems(*_SESSION, NotOnTheTeam)
)
async def ask_for_session(
    session_id: UUID, given: schemas.PanelInput, actor: CurrentActor, db: DbSession
) -> schemas.PanelView:
    """Asks exactly these colleagues about this candidate, besides those who are asked about all."""
    found = await session(db, actor.scope, session_id)
    if found is None:
        raise SessionNotFound(_("There is no such session."))
    return _view(await panel.ask(db, actor, found.interview_id, given.person_ids, session_id=session_id))


@router.post("/interviews/{interview_id}/reveal", status_code=204, responses=problems(*_INTERVIEW, Malformed))
async def reveal_interview(interview_id: UUID, given: schemas.RevealInput, actor: CurrentActor, db: DbSession) -> None:
    """Opens every candidate of the interview to the caller, who decides. Their name and reason are kept."""
    await blind.reveal(db, actor, interview_id, given.reason)


@router.get("/reviews/waiting", response_model=schemas.WaitingView, responses=problems(NotSignedIn, Forbidden))
async def waiting(actor: CurrentActor, db: DbSession) -> schemas.WaitingView:
    """Candidates who wait for the caller's scorecard."""
    return schemas.WaitingView(
        waiting=[
            schemas.WaitingLine(
                session_id=one.session.id,
                interview_id=one.session.interview_id,
                interview_title=one.interview_title,
                candidate_name=one.session.candidate.name,
                completed_at=one.session.completed_at,
            )
            for one in await panel.waiting(db, actor)
        ]
    )
