"""Scorecards, decisions and corrections as JSON, under /api."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import schemas
from colloquy.contexts.scoring.errors import NotHandedIn, NothingToCorrect, ScorecardFirst
from colloquy.contexts.scoring.service import blind, correct, read, review, seen
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.audited import reads
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _

router = APIRouter(prefix="/sessions/{session_id}")

_ONE = (NotSignedIn, Forbidden, sessions.SessionNotFound)
_READ = problems(*_ONE)
_WRITE = problems(*_ONE, NotHandedIn, Malformed)
_DECIDE = problems(*_ONE, NotHandedIn, ScorecardFirst, Malformed)
_CORRECT = problems(*_ONE, NotHandedIn, ScorecardFirst, NothingToCorrect, Malformed)


async def _seen(session_id: UUID, actor: CurrentActor, db: DbSession) -> seen.Seen:
    actor.require(Permission.SESSIONS_VIEW)
    session = await sessions.session(db, actor.scope, session_id)
    interview = None if session is None else await interviews.interview(db, actor.scope, session.interview_id)
    if interview is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    return await seen.seen(db, actor, interview, session_id)


@router.get("/reviews", response_model=schemas.ReviewsView, responses=_READ, dependencies=[reads("scorecards")])
async def reviews(session_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.ReviewsView:
    """Everybody's scorecard of a session, and what was decided. Reviewed blind: the caller's own until it is in."""
    found = await _seen(session_id, actor, db)
    decisions = [schemas.DecisionView.model_validate(one) for one in found.decisions]
    return schemas.ReviewsView(
        hidden=found.hidden,
        reviews=[schemas.ReviewView.model_validate(one) for one in found.reviews],
        decision=None if found.decision is None else schemas.DecisionView.model_validate(found.decision),
        decisions=decisions,
    )


@router.post("/review", response_model=schemas.ReviewView, responses=_WRITE)
async def save_review(session_id: UUID, given: schemas.Scorecard, actor: CurrentActor, db: DbSession) -> read.Review:
    """Saves the caller's own scorecard. Saving again replaces it; what it was before is kept."""
    return await review.save_review(db, actor, session_id, given.levels, given.comment)


@router.post("/decision", response_model=schemas.DecisionView, responses=_DECIDE)
async def decide(session_id: UUID, given: schemas.Verdict, actor: CurrentActor, db: DbSession) -> read.Decision:
    """Records the caller's decision about the candidate. The last decision holds.

    Where an interview is reviewed blind, who declines has a scorecard of their own in.
    """
    return await review.decide(db, actor, session_id, given.outcome, given.reason)


@router.get(
    "/overrides",
    response_model=schemas.OverridesView,
    responses=problems(*_ONE, ScorecardFirst),
    dependencies=[reads("scorecards")],
)
async def overrides(session_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.OverridesView:
    """Levels that people put in the place of the machine's."""
    found = await _seen(session_id, actor, db)
    if found.hidden:
        raise blind.comes_first(session_id)
    return schemas.OverridesView(
        overrides=[schemas.OverrideView.model_validate(one) for one in found.overrides],
        history=[schemas.OverrideView.model_validate(one) for one in found.override_history],
    )


@router.post("/overrides", response_model=schemas.OverridesView, responses=_CORRECT)
async def correct_level(
    session_id: UUID, given: schemas.CorrectionInput, actor: CurrentActor, db: DbSession
) -> schemas.OverridesView:
    """Puts the caller's level in the place of the machine's, or takes back what holds. The numbers follow."""
    await correct.correct(db, actor, session_id, given.competency, given.level, given.reason, answer_id=given.answer_id)
    return await overrides(session_id, actor, db)


@router.post("/reveal", response_model=schemas.ReviewsView, responses=problems(*_ONE, Malformed))
async def reveal(
    session_id: UUID, given: schemas.RevealInput, actor: CurrentActor, db: DbSession
) -> schemas.ReviewsView:
    """Opens the session to the caller, who decides, before their own scorecard is in. Name and reason are kept."""
    session = await sessions.session(db, actor.scope, session_id)
    if session is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    await blind.reveal(db, actor, session.interview_id, given.reason, session_id=session_id)
    return await reviews(session_id, actor, db)
