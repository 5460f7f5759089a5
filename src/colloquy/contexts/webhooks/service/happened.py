"""What each event of the product tells the outside."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews.events import CandidateInvited, InterviewCreated, InterviewPublished
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.scoring.events import (
    ContestAnswered,
    Contested,
    DecisionMade,
    InterviewScored,
    ReportReady,
    ReviewSaved,
)
from colloquy.contexts.sessions import public as sessions
from colloquy.contexts.sessions.events import (
    InterviewCompleted,
    SessionErased,
    SessionExpired,
    SessionOpened,
    SessionStarted,
    SessionWithdrawn,
)
from colloquy.contexts.webhooks.queries import messages
from colloquy.contexts.webhooks.schemas import happenings as told
from colloquy.contexts.webhooks.schemas.happenings import Happening
from colloquy.contexts.webhooks.service.telling import Facts, tell
from colloquy.kit import clock
from colloquy.kit.db import Scope


async def interview_created(db: AsyncSession, event: InterviewCreated) -> None:
    """An interview was made."""
    await tell(db, Scope(event.org_id), "interview.created", _interview(event.interview_id))


async def interview_published(db: AsyncSession, event: InterviewPublished) -> None:
    """Candidates may start."""
    await tell(db, Scope(event.org_id), "interview.published", _interview(event.interview_id))


async def candidate_invited(db: AsyncSession, event: CandidateInvited) -> None:
    """A candidate is written to, perhaps again."""

    async def facts() -> Happening:
        return told.InvitationHappened(
            interview_id=event.interview_id,
            url=f"/api/interviews/{event.interview_id}/invitations",
            invitation_id=event.link_id,
            sending=event.sending,
        )

    await tell(db, Scope(event.org_id), "candidate.invited", facts, link_id=event.link_id)


async def session_opened(db: AsyncSession, event: SessionOpened) -> None:
    """A candidate filled in the form."""
    await _about(db, event, "session.opened", told.SessionHappened)


async def session_started(db: AsyncSession, event: SessionStarted) -> None:
    """A candidate saw the first question."""
    await _about(db, event, "session.started", told.SessionHappened)


async def session_completed(db: AsyncSession, event: InterviewCompleted) -> None:
    """A candidate handed in."""
    await _about(db, event, "session.completed", told.SessionHappened)


async def session_expired(db: AsyncSession, event: SessionExpired) -> None:
    """The time is over."""
    await _about(db, event, "session.expired", told.SessionHappened)


async def session_withdrawn(db: AsyncSession, event: SessionWithdrawn) -> None:
    """A candidate withdrew. Of who is erased as well, `candidate.erased` tells."""
    await _about(db, event, "session.withdrawn", told.SessionWithdrew, erased=event.erased)


async def interview_scored(db: AsyncSession, event: InterviewScored) -> None:
    """A session has numbers, or the reason why a person has to look. Scoring again tells again."""
    scope = Scope(event.org_id)
    score = await scoring.score(db, scope, event.session_id)
    if score is None:  # erased since
        return
    name = "session.needs_human" if score.needs_human else "session.scored"
    more: dict[str, Any] = {"score_version": event.score_version, "needs_human": score.needs_human}
    await _about(db, event, name, told.SessionWasScored, **more)


async def review_saved(db: AsyncSession, event: ReviewSaved) -> None:
    """A colleague wrote a scorecard."""
    await _about(db, event, "session.reviewed", told.SessionWasReviewed, person_id=event.person_id)


async def decision_made(db: AsyncSession, event: DecisionMade) -> None:
    """A colleague decided."""
    more: dict[str, Any] = {"person_id": event.person_id, "outcome": event.outcome}
    await _about(db, event, "session.decided", told.SessionWasDecided, **more)


async def contested(db: AsyncSession, event: Contested) -> None:
    """A candidate contests."""
    await _about(db, event, "session.contested", told.SessionWasContested, contest_id=event.contest_id)


async def contest_answered(db: AsyncSession, event: ContestAnswered) -> None:
    """A colleague answered."""
    more: dict[str, Any] = {"contest_id": event.contest_id, "outcome": event.outcome}
    await _about(db, event, "session.contest_answered", told.ContestWasAnswered, **more)


async def report_ready(db: AsyncSession, event: ReportReady) -> None:
    """A report can be read."""
    await _about(
        db, event, "report.ready", told.ReportIsReady, path="/report.json", report_version=event.report_version
    )


async def session_erased(db: AsyncSession, event: SessionErased) -> None:
    """What was told of the candidate is emptied here, and receivers hear that they hold nothing of theirs either."""
    scope = Scope(event.org_id)
    await messages.empty_about(db, scope, event.session_id, event.invitation_id, clock.now())

    async def facts() -> Happening:
        return told.CandidateWasErased(session_id=event.session_id, invitation_id=event.invitation_id, why=event.why)

    # Not about the session: erasing it once more must not keep receivers from hearing of it.
    await tell(db, scope, "candidate.erased", facts, interview_id=event.interview_id)


def _interview(interview_id: UUID) -> Facts:
    async def facts() -> Happening:
        return told.InterviewHappened(interview_id=interview_id, url=f"/api/interviews/{interview_id}")

    return facts


async def _about(
    db: AsyncSession, event: Any, event_type: str, kind: type[told.SessionHappened], *, path: str = "", **more: Any
) -> None:
    scope = Scope(event.org_id)

    async def facts() -> Happening | None:
        session = await sessions.session(db, scope, event.session_id)
        if session is None:  # erased since: nothing is told of who is gone
            return None
        return kind(
            interview_id=session.interview_id,
            url=f"/api/sessions/{session.id}{path}",
            session_id=session.id,
            state=session.state.value,
            **more,
        )

    await tell(db, scope, event_type, facts, session_id=event.session_id)
