"""The tables as JSON and as a file."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from colloquy.contexts.identity.public import CurrentActor
from colloquy.contexts.impact import schemas
from colloquy.contexts.impact.service.report import impact
from colloquy.contexts.impact.service.table import NOT_AN_AUDIT, impact_csv
from colloquy.contexts.interviews.public import InterviewNotFound
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession
from colloquy.kit.moments import Day

router = APIRouter(tags=["Adverse impact"])

_RESPONSES = problems(NotSignedIn, Forbidden, InterviewNotFound, Malformed)
_Interview = Annotated[UUID | None, Query(description="Of one interview; of all without it.")]
_First = Annotated[Day | None, Query(description="Handed in on this day (UTC) or later.")]
_Last = Annotated[Day | None, Query(description="Handed in on this day (UTC) or before.")]


@router.get("/impact", response_model=schemas.ImpactView, responses=_RESPONSES)
async def read_impact(
    actor: CurrentActor,
    db: DbSession,
    interview_id: _Interview = None,
    first: _First = None,
    last: _Last = None,
) -> schemas.ImpactView:
    """Selection rates and scoring rates by sex, race or ethnicity, and both. Not an independent audit."""
    found = await impact(db, actor, interview_id, first=first, last=last)
    return schemas.ImpactView(
        label=NOT_AN_AUDIT,
        interview_id=interview_id,
        first=first,
        last=last,
        candidates=found.candidates,
        answered=found.answered,
        selection=None if found.selection is None else schemas.TablesView.model_validate(found.selection),
        scoring=None if found.scoring is None else schemas.TablesView.model_validate(found.scoring),
    )


@router.get("/impact.csv", response_class=Response, responses=_RESPONSES)
async def export_impact(
    actor: CurrentActor,
    db: DbSession,
    interview_id: _Interview = None,
    first: _First = None,
    last: _Last = None,
) -> Response:
    """The same as a table (RFC 4180, UTF-8 with a mark)."""
    found = await impact(db, actor, interview_id, first=first, last=last)
    headers = {"Content-Disposition": 'attachment; filename="impact.csv"', "Cache-Control": "private, no-store"}
    return Response(impact_csv(found), media_type="text/csv; charset=utf-8", headers=headers)
