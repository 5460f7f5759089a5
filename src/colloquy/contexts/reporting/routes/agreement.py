"""Agreement for programs."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.interviews.public import InterviewNotFound
from colloquy.contexts.reporting import schemas
from colloquy.contexts.reporting.service import agreement
from colloquy.kit.errors import Forbidden, NotSignedIn
from colloquy.kit.http.audited import reads
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession

router = APIRouter()


@router.get(
    "/interviews/{interview_id}/agreement",
    response_model=schemas.AgreementView,
    responses=problems(NotSignedIn, Forbidden, InterviewNotFound),
    dependencies=[reads("calibration")],
)
async def cohort(interview_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.AgreementView:
    """How far people agree about the candidates whom the caller may see, and the program with them."""
    found = await agreement.cohort(db, actor, interview_id)
    return schemas.AgreementView.model_validate(found)
