"""With whom an interview is shared."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from colloquy.contexts.interviews.errors import InterviewNotFound, InvalidInput
from colloquy.contexts.interviews.policy.sharing import Sharing
from colloquy.contexts.interviews.routes.asking import Viewer
from colloquy.contexts.interviews.schemas import sharing as schemas
from colloquy.contexts.interviews.service import sharing
from colloquy.kit.errors import Forbidden, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession

router = APIRouter(prefix="/interviews/{interview_id}/sharing", tags=["Interviews"])
_ONE = (NotSignedIn, Forbidden, InterviewNotFound, InvalidInput)


@router.get("", response_model=schemas.SharingView, responses=problems(*_ONE))
async def read_sharing(interview_id: UUID, actor: Viewer, db: DbSession) -> schemas.SharingView:
    """Who may see the interview."""
    return _view(await sharing.sharing(db, actor.scope, interview_id))


@router.put("", response_model=schemas.SharingView, responses=problems(*_ONE))
async def share(interview_id: UUID, given: schemas.SharingInput, actor: Viewer, db: DbSession) -> schemas.SharingView:
    """Shows it to the whole team, or to its maker, exactly these people, and those who see everything."""
    people = {one.person_id: one.level for one in given.people}
    return _view(await sharing.share(db, actor, interview_id, given.visibility, people))


def _view(found: Sharing) -> schemas.SharingView:
    return schemas.SharingView(
        visibility=found.visibility,
        made_by=found.made_by,
        people=[schemas.Shared(person_id=person_id, level=level) for person_id, level in found.people.items()],
    )
