"""Interviews: made, listed, read, changed, published, closed, copied, deleted."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from colloquy.contexts.interviews import library
from colloquy.contexts.interviews.errors import (
    InterviewHasCandidates,
    InterviewIncomplete,
    InterviewNotFound,
    InvalidInput,
    KeyReused,
    WrongState,
)
from colloquy.contexts.interviews.policy.cursor import cursor
from colloquy.contexts.interviews.policy.interview import Interview, InterviewState
from colloquy.contexts.interviews.routes.asking import IdempotencyKey, Limit, Place, Viewer, whole
from colloquy.contexts.interviews.schemas import inputs, views
from colloquy.contexts.interviews.service import creating, describing, idempotency, publishing, reading
from colloquy.kit.errors import Forbidden, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession

router = APIRouter(tags=["Interviews"])
_NOBODY = (NotSignedIn, Forbidden)
_ONE = (*_NOBODY, InterviewNotFound, InvalidInput)


@router.post(
    "/interviews",
    status_code=201,
    response_model=views.InterviewView,
    responses=problems(*_NOBODY, InvalidInput, KeyReused),
)
async def create_interview(
    given: inputs.NewInterview,
    actor: Viewer,
    db: DbSession,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Makes a draft, blank or with the questions and competencies of a starter template."""

    async def work() -> dict[str, Any]:
        interview_id = await creating.create(db, actor, given.draft(), template=given.template)
        return _view(await whole(db, actor, interview_id))

    request = {"make": "interview", **given.model_dump(mode="json")}
    answer = await idempotency.once(db, actor, idempotency_key, request, work)
    response.headers["Location"] = f"/api/interviews/{answer['id']}"
    return answer


@router.get("/interviews", response_model=views.InterviewsView, responses=problems(*_NOBODY, InvalidInput))
async def list_interviews(
    actor: Viewer,
    db: DbSession,
    before: Place,
    state: InterviewState | None = None,
    search: Annotated[str, Query(alias="q", max_length=200, description="A part of the title or of the role.")] = "",
    limit: Limit = reading.PAGE_SIZE,
) -> dict[str, Any]:
    """Interviews, newest first."""
    found, last = await reading.interviews(
        db, actor.scope, state=state, search=search.replace("\0", ""), before=before, limit=limit
    )
    return {"items": found, "next_cursor": cursor(last) if last else None}


@router.get(
    "/interviews/{interview_id}", response_model=views.InterviewView, responses=problems(*_NOBODY, InterviewNotFound)
)
async def read_interview(interview_id: UUID, actor: Viewer, db: DbSession) -> Interview:
    """One interview with its questions and competencies."""
    return await whole(db, actor, interview_id)


@router.patch(
    "/interviews/{interview_id}",
    response_model=views.InterviewView,
    responses=problems(*_ONE, InterviewHasCandidates),
)
async def change_interview(
    interview_id: UUID, given: inputs.InterviewChanges, actor: Viewer, db: DbSession
) -> Interview:
    """Changes what is sent and leaves the rest."""
    await describing.describe(db, actor, interview_id, given.changes())
    return await whole(db, actor, interview_id)


@router.delete("/interviews/{interview_id}", status_code=204, responses=problems(*_ONE, WrongState))
async def delete_interview(interview_id: UUID, actor: Viewer, db: DbSession) -> None:
    """Deletes a draft. What candidates may have seen can be closed, not deleted."""
    await publishing.delete_draft(db, actor, interview_id)


@router.post(
    "/interviews/{interview_id}/publish",
    response_model=views.InterviewView,
    responses=problems(*_ONE, WrongState, InterviewIncomplete),
)
async def publish_interview(interview_id: UUID, actor: Viewer, db: DbSession) -> Interview:
    """Opens a draft to candidates. What is missing comes back as `missing`."""
    await publishing.publish(db, actor, interview_id)
    return await whole(db, actor, interview_id)


@router.post(
    "/interviews/{interview_id}/close", response_model=views.InterviewView, responses=problems(*_ONE, WrongState)
)
async def close_interview(interview_id: UUID, actor: Viewer, db: DbSession) -> Interview:
    """Admits no more candidates. Those who have started may finish."""
    await publishing.close(db, actor, interview_id)
    return await whole(db, actor, interview_id)


@router.post(
    "/interviews/{interview_id}/reopen", response_model=views.InterviewView, responses=problems(*_ONE, WrongState)
)
async def reopen_interview(interview_id: UUID, actor: Viewer, db: DbSession) -> Interview:
    """Admits candidates again."""
    await publishing.reopen(db, actor, interview_id)
    return await whole(db, actor, interview_id)


@router.post(
    "/interviews/{interview_id}/duplicate",
    status_code=201,
    response_model=views.InterviewView,
    responses=problems(*_ONE, KeyReused),
)
async def duplicate_interview(
    interview_id: UUID, actor: Viewer, db: DbSession, response: Response, idempotency_key: IdempotencyKey = None
) -> dict[str, Any]:
    """Makes a draft that asks the same."""

    async def work() -> dict[str, Any]:
        return _view(await whole(db, actor, await creating.duplicate(db, actor, interview_id)))

    request = {"make": "duplicate", "of": str(interview_id)}
    answer = await idempotency.once(db, actor, idempotency_key, request, work)
    response.headers["Location"] = f"/api/interviews/{answer['id']}"
    return answer


@router.get("/interview-templates", response_model=list[views.TemplateView], responses=problems(*_NOBODY))
async def list_templates(_actor: Viewer, language: inputs.Language = "en") -> list[dict[str, Any]]:
    """The starter templates."""
    return [
        {
            "key": template.key,
            "name": template.name,
            "description": template.description,
            "question_count": len(template.questions),
        }
        for template in library.templates(language)
    ]


def _view(interview: Interview) -> dict[str, Any]:
    return views.InterviewView.model_validate(interview).model_dump(mode="json")
