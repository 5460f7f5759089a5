"""Scorecards and decisions as JSON, under /api."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.scoring import schemas
from colloquy.contexts.scoring.errors import NotHandedIn
from colloquy.contexts.scoring.service import read, review
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web.csrf import CsrfChecked

router = APIRouter(prefix="/sessions/{session_id}", tags=["Review"], dependencies=[CsrfChecked])

_READ = problems(NotSignedIn, Forbidden, sessions.SessionNotFound)
_WRITE = problems(NotSignedIn, Forbidden, sessions.SessionNotFound, NotHandedIn, Malformed)


@router.get("/reviews", response_model=schemas.ReviewsView, responses=_READ)
async def reviews(session_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.ReviewsView:
    """Everybody's scorecard of a session, and what was decided."""
    actor.require(Permission.SESSIONS_VIEW)
    if await sessions.session(db, actor.scope, session_id) is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    decisions = [schemas.DecisionView.model_validate(one) for one in await read.decisions(db, actor.scope, session_id)]
    return schemas.ReviewsView(
        reviews=[schemas.ReviewView.model_validate(one) for one in await read.reviews(db, actor.scope, session_id)],
        decision=decisions[0] if decisions else None,
        decisions=decisions,
    )


@router.post("/review", response_model=schemas.ReviewView, responses=_WRITE)
async def save_review(session_id: UUID, given: schemas.Scorecard, actor: CurrentActor, db: DbSession) -> read.Review:
    """Saves the caller's own scorecard. Saving again replaces it; what it was before is kept."""
    return await review.save_review(db, actor, session_id, given.levels, given.comment)


@router.post("/decision", response_model=schemas.DecisionView, responses=_WRITE)
async def decide(session_id: UUID, given: schemas.Verdict, actor: CurrentActor, db: DbSession) -> read.Decision:
    """Records the caller's decision about the candidate. The last decision holds."""
    return await review.decide(db, actor, session_id, given.outcome, given.reason)
