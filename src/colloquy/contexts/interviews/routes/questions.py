"""The questions of an interview."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.errors import (
    InterviewHasCandidates,
    InterviewIncomplete,
    InterviewNotFound,
    InvalidInput,
    KeyReused,
    OrderChanged,
    QuestionNeeded,
    QuestionNotFound,
    TooMany,
)
from colloquy.contexts.interviews.policy.interview import Interview, Question
from colloquy.contexts.interviews.routes.asking import IdempotencyKey, Viewer, whole
from colloquy.contexts.interviews.schemas import inputs, views
from colloquy.contexts.interviews.schemas.question_inputs import QuestionInput
from colloquy.contexts.interviews.service import idempotency, questions
from colloquy.kit.errors import Forbidden, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession

router = APIRouter(prefix="/interviews/{interview_id}/questions", tags=["Questions"])
_ALL = (NotSignedIn, Forbidden, InterviewNotFound, InterviewHasCandidates, InvalidInput)
_ONE = (*_ALL, QuestionNotFound, InterviewIncomplete)


@router.post(
    "",
    status_code=201,
    response_model=views.QuestionView,
    responses=problems(*_ALL, TooMany, InterviewIncomplete, KeyReused),
)
async def add_question(
    interview_id: UUID,
    given: QuestionInput,
    actor: Viewer,
    db: DbSession,
    idempotency_key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Adds a question at the end."""

    async def work() -> dict[str, Any]:
        question_id = await questions.add_question(db, actor, interview_id, given.draft())
        question = await _question(db, actor, interview_id, question_id)
        return views.QuestionView.model_validate(question).model_dump(mode="json")

    request = {"make": "question", "in": str(interview_id), **given.model_dump(mode="json")}
    return await idempotency.once(db, actor, idempotency_key, request, work)


@router.post("/order", response_model=views.InterviewView, responses=problems(*_ALL, OrderChanged, QuestionNeeded))
async def reorder_questions(interview_id: UUID, given: inputs.Order, actor: Viewer, db: DbSession) -> Interview:
    """Puts the questions in this order; it has to name each of them once."""
    await questions.reorder_questions(db, actor, interview_id, given.order)
    return await whole(db, actor, interview_id)


@router.put("/{question_id}", response_model=views.QuestionView, responses=problems(*_ONE))
async def change_question(
    interview_id: UUID, question_id: UUID, given: QuestionInput, actor: Viewer, db: DbSession
) -> Question:
    """Replaces a question; its place stays."""
    await questions.change_question(db, actor, interview_id, question_id, given.draft())
    return await _question(db, actor, interview_id, question_id)


@router.delete("/{question_id}", status_code=204, responses=problems(*_ONE, QuestionNeeded))
async def remove_question(interview_id: UUID, question_id: UUID, actor: Viewer, db: DbSession) -> None:
    """Takes a question out. For an hour it can be brought back. One that others depend on has to stay."""
    await questions.remove_question(db, actor, interview_id, question_id)


@router.post(
    "/{question_id}/restore", response_model=views.QuestionView, responses=problems(*_ONE, TooMany, QuestionNeeded)
)
async def restore_question(interview_id: UUID, question_id: UUID, actor: Viewer, db: DbSession) -> Question:
    """Brings a removed question back to where it was."""
    await questions.restore_question(db, actor, interview_id, question_id)
    return await _question(db, actor, interview_id, question_id)


async def _question(db: DbSession, actor: Actor, interview_id: UUID, question_id: UUID) -> Question:
    interview = await whole(db, actor, interview_id)
    return next(question for question in interview.questions if question.id == question_id)
