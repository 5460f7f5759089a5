"""Scoring again, calibration and the history of judgements for programs."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis.public import Evaluator
from colloquy.contexts.identity.public import Actor, CurrentActor
from colloquy.contexts.interviews.public import InterviewNotFound
from colloquy.contexts.reporting.policy.csv import drift_csv
from colloquy.contexts.reporting.policy.filenames import content_disposition
from colloquy.contexts.reporting.schemas import again as schemas
from colloquy.contexts.reporting.service import again_views
from colloquy.contexts.reporting.service.judgements import history
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions.public import SessionNotFound
from colloquy.kit.db import Database
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.audited import reads
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance

router = APIRouter()
_ALL = problems(NotSignedIn, Forbidden, InterviewNotFound)
_ONE = problems(NotSignedIn, Forbidden, InterviewNotFound, scoring.RunNotFound)
_START = problems(
    NotSignedIn,
    Forbidden,
    InterviewNotFound,
    SessionNotFound,
    scoring.RunGoing,
    scoring.NothingToScoreAgain,
    Malformed,
)
_CHANGE = problems(NotSignedIn, Forbidden, scoring.RunNotFound, scoring.RunGoing, scoring.NothingToScoreAgain)
_HISTORY = problems(NotSignedIn, Forbidden, SessionNotFound, scoring.ScorecardFirst)


@router.get("/interviews/{interview_id}/runs", response_model=schemas.RunsView, responses=_ALL)
async def list_runs(interview_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.RunsView:
    """The interview's runs of scoring again, the last one first."""
    found = await scoring.runs_of(db, actor, interview_id)
    return schemas.RunsView(items=[schemas.RunView.model_validate(one) for one in found])


@router.post("/interviews/{interview_id}/runs", status_code=202, response_model=schemas.RunView, responses=_START)
async def start_run(interview_id: UUID, given: schemas.NewRun, actor: CurrentActor, db: DbSession) -> schemas.RunView:
    """Has answers judged once more, beside what is there. Nothing counts until the run is adopted."""
    chosen = None if given.session_ids is None else list(given.session_ids)
    run_id = await scoring.start_run(db, actor, interview_id, chosen, note=given.note)
    return await _run(db, actor, interview_id, run_id)


@router.get("/interviews/{interview_id}/runs/{run_id}", response_model=schemas.RunView, responses=_ONE)
async def read_run(interview_id: UUID, run_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.RunView:
    """How far a run is."""
    return await _run(db, actor, interview_id, run_id)


@router.post("/interviews/{interview_id}/runs/{run_id}/cancel", response_model=schemas.RunView, responses=_CHANGE)
async def cancel_run(interview_id: UUID, run_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.RunView:
    """Stops what has not been read yet."""
    await scoring.cancel_run(db, actor, interview_id, run_id)
    return await _run(db, actor, interview_id, run_id)


@router.post("/interviews/{interview_id}/runs/{run_id}/go-on", response_model=schemas.RunView, responses=_CHANGE)
async def go_on(interview_id: UUID, run_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.RunView:
    """Takes up what was cancelled or failed."""
    await scoring.go_on(db, actor, interview_id, run_id)
    return await _run(db, actor, interview_id, run_id)


@router.post("/interviews/{interview_id}/runs/{run_id}/adopt", response_model=schemas.RunView, responses=_CHANGE)
async def adopt_run(interview_id: UUID, run_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.RunView:
    """The run's scores count from now on."""
    await scoring.adopt_run(db, actor, interview_id, run_id, adopted=True)
    return await _run(db, actor, interview_id, run_id)


@router.post("/interviews/{interview_id}/runs/{run_id}/leave", response_model=schemas.RunView, responses=_CHANGE)
async def leave_run(interview_id: UUID, run_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.RunView:
    """What counted before the run counts again."""
    await scoring.adopt_run(db, actor, interview_id, run_id, adopted=False)
    return await _run(db, actor, interview_id, run_id)


@router.get(
    "/interviews/{interview_id}/runs/{run_id}/drift",
    response_model=schemas.DriftView,
    responses=_ONE,
    dependencies=[reads("drift")],
)
async def read_drift(interview_id: UUID, run_id: UUID, actor: CurrentActor, db: DbSession) -> schemas.DriftView:
    """What a run changed, against the judgements that counted when it began."""
    return again_views.drift_view(await scoring.cohort_drift(db, actor, interview_id, run_id))


@router.get(
    "/interviews/{interview_id}/runs/{run_id}/drift.csv",
    response_class=Response,
    responses=_ONE,
    dependencies=[reads("drift_csv")],
)
async def export_drift(interview_id: UUID, run_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Every level that changed as a table (RFC 4180, UTF-8 with a mark, safe in spreadsheets)."""
    found = await scoring.cohort_drift(db, actor, interview_id, run_id)
    name = content_disposition("drift", f"run {found.run.number}", suffix="csv")
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
    table = drift_csv(again_views.drift_rows(found), bom=True)
    return Response(table, media_type="text/csv; charset=utf-8", headers=headers)


@router.get(
    "/sessions/{session_id}/judgements",
    response_model=schemas.HistoryView,
    responses=_HISTORY,
    dependencies=[reads("judgements")],
)
async def read_judgements(
    session_id: UUID,
    actor: CurrentActor,
    database: Annotated[Database, instance(Database)],
    rules: Annotated[Evaluator, instance(Evaluator)],
    *,
    check: Annotated[bool, Query(description="Whether each judgement is checked: same input, same outcome.")] = False,
) -> schemas.HistoryView:
    """Every version of every judgement of a session, and which of them count."""
    return again_views.history_view(await history(database, rules, actor, session_id, check=check))


async def _run(db: AsyncSession, actor: Actor, interview_id: UUID, run_id: UUID) -> schemas.RunView:
    run, _items = await scoring.run_of(db, actor, interview_id, run_id)
    return schemas.RunView.model_validate(run)
