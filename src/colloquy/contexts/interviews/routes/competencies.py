"""The competencies of an interview, and the library to choose from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews import library
from colloquy.contexts.interviews.errors import (
    CompetencyExists,
    CompetencyNotFound,
    InterviewHasCandidates,
    InterviewIncomplete,
    InterviewNotFound,
    InvalidInput,
    KeyReused,
    TooMany,
)
from colloquy.contexts.interviews.policy.interview import Competency
from colloquy.contexts.interviews.routes.asking import IdempotencyKey, Viewer, whole
from colloquy.contexts.interviews.schemas import inputs, views
from colloquy.contexts.interviews.service import competencies, idempotency
from colloquy.kit.errors import Forbidden, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession

router = APIRouter(tags=["Competencies"])
_PATH = "/interviews/{interview_id}/competencies"
_ALL = (NotSignedIn, Forbidden, InterviewNotFound, InterviewHasCandidates, InvalidInput)
_ONE = (*_ALL, CompetencyNotFound)


@router.get(
    "/competency-library",
    response_model=list[views.LibraryCompetencyView],
    responses=problems(NotSignedIn, Forbidden),
)
async def read_library(_actor: Viewer, language: inputs.Language = "en") -> tuple[library.LibraryCompetency, ...]:
    """The ready-made competencies with their anchors."""
    return library.competencies(language)


@router.post(
    _PATH,
    status_code=201,
    response_model=views.CompetencyView,
    responses=problems(*_ALL, TooMany, CompetencyExists, KeyReused),
)
async def add_competency(
    interview_id: UUID,
    given: inputs.CompetencyInput,
    actor: Viewer,
    db: DbSession,
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Adds a competency of one's own."""

    async def work() -> dict[str, Any]:
        competency_id = await competencies.add_competency(db, actor, interview_id, given.draft())
        competency = await _competency(db, actor, interview_id, competency_id)
        return views.CompetencyView.model_validate(competency).model_dump(mode="json")

    request = {"make": "competency", "in": str(interview_id), **given.model_dump(mode="json")}
    return await idempotency.once(db, actor, idempotency_key, request, work)


@router.post(f"{_PATH}/from-library", response_model=list[views.CompetencyView], responses=problems(*_ALL, TooMany))
async def add_from_library(
    interview_id: UUID, given: inputs.LibraryKeys, actor: Viewer, db: DbSession
) -> tuple[Competency, ...]:
    """Adds ready-made competencies; those that the interview has are left alone. Answers with all it has now."""
    await competencies.add_from_library(db, actor, interview_id, given.keys)
    return (await whole(db, actor, interview_id)).competencies


@router.put(
    f"{_PATH}/{{competency_id}}", response_model=views.CompetencyView, responses=problems(*_ONE, CompetencyExists)
)
async def change_competency(
    interview_id: UUID, competency_id: UUID, given: inputs.CompetencyInput, actor: Viewer, db: DbSession
) -> Competency:
    """Replaces a competency's words, kind, weight and anchors."""
    await competencies.change_competency(db, actor, interview_id, competency_id, given.draft())
    return await _competency(db, actor, interview_id, competency_id)


@router.delete(f"{_PATH}/{{competency_id}}", status_code=204, responses=problems(*_ONE, InterviewIncomplete))
async def remove_competency(interview_id: UUID, competency_id: UUID, actor: Viewer, db: DbSession) -> None:
    """Takes a competency out, of the questions as well. For an hour it can be brought back."""
    await competencies.remove_competency(db, actor, interview_id, competency_id)


@router.post(
    f"{_PATH}/{{competency_id}}/restore",
    response_model=views.CompetencyView,
    responses=problems(*_ONE, TooMany, CompetencyExists),
)
async def restore_competency(interview_id: UUID, competency_id: UUID, actor: Viewer, db: DbSession) -> Competency:
    """Brings a removed competency back, with the questions that probed it."""
    await competencies.restore_competency(db, actor, interview_id, competency_id)
    return await _competency(db, actor, interview_id, competency_id)


async def _competency(db: DbSession, actor: Actor, interview_id: UUID, competency_id: UUID) -> Competency:
    interview = await whole(db, actor, interview_id)
    return next(competency for competency in interview.competencies if competency.id == competency_id)
