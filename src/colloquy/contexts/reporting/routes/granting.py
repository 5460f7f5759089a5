"""Time and accommodations of one candidate, for recruiters' programs."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, CurrentActor, Permission
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.reporting import schemas
from colloquy.contexts.reporting.service.reading import visible_session
from colloquy.contexts.sessions import public as sessions
from colloquy.contexts.sessions.public import NotExtendable, SessionNotFound
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _

router = APIRouter(prefix="/sessions/{session_id}")
_PROBLEMS = problems(NotSignedIn, Forbidden, SessionNotFound)
_CHANGING = problems(NotSignedIn, Forbidden, SessionNotFound, NotExtendable, Malformed)


@router.get("/accommodation", response_model=schemas.GrantedView, responses=_PROBLEMS)
async def read_accommodation(session_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.GrantedView:
    """The rules that hold for this candidate, and until when."""
    actor.require(Permission.SESSIONS_DECIDE)
    return await _granted(db, actor, session_id)


@router.put("/accommodation", response_model=schemas.GrantedView, responses=_CHANGING)
async def change_accommodation(
    session_id: UUID, body: schemas.AccommodationBody, actor: CurrentActor, db: DbSession
) -> schemas.GrantedView:
    """Changes the rules, from the candidate's next question on. No score depends on them."""
    if body.time_multiplier not in interviews.TIME_MULTIPLIERS:
        message = _("Choose one of the factors.")
        raise Malformed(message, fields={"time_multiplier": message})
    await sessions.accommodate(db, actor, session_id, interviews.Accommodation(**body.model_dump()))
    await db.flush()
    return await _granted(db, actor, session_id)


@router.post("/extend", response_model=schemas.GrantedView, responses=_CHANGING)
async def extend(
    session_id: UUID, body: schemas.ExtendInput, actor: CurrentActor, db: DbSession
) -> schemas.GrantedView:
    """Gives the candidate until then to answer; a session that had expired goes on where it stopped."""
    await sessions.extend(db, actor, session_id, body.until)
    await db.flush()
    return await _granted(db, actor, session_id)


async def _granted(db: AsyncSession, actor: Actor, session_id: UUID) -> schemas.GrantedView:
    session = await visible_session(db, actor, session_id)
    return schemas.GrantedView(
        accommodation=schemas.AccommodationBody.model_validate(session.accommodation),
        answer_until=session.expires_at,
        must_end_at=session.must_end_at,
    )
