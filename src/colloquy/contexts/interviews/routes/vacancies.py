"""Interviews proposed from a vacancy, and the question bank, as JSON."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.inference import public as inference
from colloquy.contexts.interviews import library
from colloquy.contexts.interviews.errors import InvalidInput, VacancyDraftNotFound
from colloquy.contexts.interviews.policy.drafts import MAX_TITLE
from colloquy.contexts.interviews.policy.kinds import AnswerKind
from colloquy.contexts.interviews.policy.proposal import proposal_document
from colloquy.contexts.interviews.schemas import vacancies as schemas
from colloquy.contexts.interviews.service import accepting, proposing
from colloquy.kit.errors import Forbidden, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance

router = APIRouter(tags=["Vacancies"])
Models = Annotated[inference.Inference, instance(inference.Inference)]
"""The organisation's models, provided by the role."""


@router.post(
    "/vacancies",
    status_code=202,
    response_model=schemas.ProposalView,
    responses=problems(NotSignedIn, Forbidden, InvalidInput),
)
async def propose(given: schemas.WishInput, actor: CurrentActor, db: DbSession, models: Models) -> dict[str, Any]:
    """Proposes an interview for a vacancy: at once from the question bank, in the background by a model."""
    kind = AnswerKind(given.kind)
    wish = proposing.Wish(given.vacancy, given.language, given.role or "", kind, given.questions)
    return _shown(await proposing.vacancy_draft(db, actor, await proposing.propose(db, models, actor, wish)))


@router.get(
    "/vacancies/{draft_id}",
    response_model=schemas.ProposalView,
    responses=problems(NotSignedIn, Forbidden, VacancyDraftNotFound),
)
async def proposal(draft_id: UUID, actor: CurrentActor, db: DbSession) -> dict[str, Any]:
    """What is proposed; `proposal` is null while a model works on it."""
    return _shown(await proposing.vacancy_draft(db, actor, draft_id))


@router.post(
    "/vacancies/{draft_id}/interview",
    status_code=201,
    response_model=schemas.MadeView,
    responses=problems(NotSignedIn, Forbidden, VacancyDraftNotFound, InvalidInput),
)
async def accept(draft_id: UUID, given: schemas.AcceptInput, actor: CurrentActor, db: DbSession) -> dict[str, UUID]:
    """Makes a draft interview of the chosen questions. The proposal is forgotten."""
    return {"id": await accepting.accept_proposal(db, actor, draft_id, given.title, set(given.questions))}


@router.get("/question-bank", response_model=schemas.BankView, responses=problems(NotSignedIn, Forbidden))
async def bank(
    actor: CurrentActor, language: Annotated[str, Field(max_length=MAX_TITLE)] = "en", role: str = ""
) -> dict[str, Any]:
    """The question bank in a language, of one role or of all."""
    actor.require(Permission.INTERVIEWS_VIEW)
    return {
        "roles": library.bank_roles(language),
        "questions": [one for one in library.bank_questions(language) if not role or one.role == role],
    }


def _shown(draft: proposing.VacancyDraft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "language": draft.language,
        "kind": draft.kind,
        "source": draft.source,
        "stood_in": draft.stood_in,
        "proposal": None if draft.proposal is None else proposal_document(draft.proposal),
    }
