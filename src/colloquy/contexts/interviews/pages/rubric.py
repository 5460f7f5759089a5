"""Revising what answers are judged by, once candidates have started: a version beside the old one."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.interviews.errors import InvalidInput, RubricUnchanged
from colloquy.contexts.interviews.pages import framing
from colloquy.contexts.interviews.pages.given import Sent, SentForm, Viewer, choices, whole
from colloquy.contexts.interviews.policy.drafts import NORMAL_WEIGHT, CompetencyDraft
from colloquy.contexts.interviews.policy.interview import LEVELS, Interview
from colloquy.contexts.interviews.policy.rubric import MAX_NOTE, RubricDraft, draft_of
from colloquy.contexts.interviews.policy.texts import Problems
from colloquy.contexts.interviews.service import rubric
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}/rubric")
WEIGHTS = (1, 2, 3, 4)


@router.get("")
async def read_rubric(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """The rubric as it is now, to be revised, and its versions."""
    interview = await whole(db, actor, interview_id)
    return await _page(request, db, interview, actor, draft_of(interview))


@router.post("")
async def revise(request: Request, interview_id: UUID, actor: Viewer, db: DbSession, sent: SentForm) -> Response:
    """Makes the next version."""
    interview = await whole(db, actor, interview_id)
    problems: Problems = {}
    draft = _draft(sent, interview, problems)
    try:
        async with db.begin_nested():
            await rubric.revise_rubric(db, actor, interview_id, draft)
    except (InvalidInput, RubricUnchanged) as refusal:
        errors = refusal.fields if isinstance(refusal, InvalidInput) else {"note": refusal.message}
        return await _page(request, db, interview, actor, draft, errors=errors | problems, status=refusal.status)
    text = _("The rubric is revised. Scores stay as they are until you score candidates again.")
    return pages.see_other(request, f"/interviews/{interview_id}/rubric", text)


def _draft(sent: Sent, interview: Interview, problems: Problems) -> RubricDraft:
    return RubricDraft(
        {
            one.id: CompetencyDraft(
                one.name,
                sent.text(f"description-{one.id}"),
                one.kind,
                sent.number(f"weight-{one.id}", problems, default=NORMAL_WEIGHT),
                {level: sent.text(f"anchor_{level}-{one.id}") for level in LEVELS},
            )
            for one in interview.competencies
        },
        {
            one.id: tuple(sent.text(f"expected_points-{one.id}").splitlines())
            for one in interview.questions
            if one.assessed and not one.topics
        },
        sent.text("note"),
    )


async def _page(
    request: Request,
    db: AsyncSession,
    interview: Interview,
    actor: Actor,
    draft: RubricDraft,
    *,
    errors: Problems | None = None,
    status: int = 200,
) -> Response:
    versions = await rubric.rubric_versions(db, actor.scope, interview.id)
    names = await identity.person_names(db, actor.scope, {one.made_by for one in versions if one.made_by})
    return framing.render(
        request,
        "interviews/rubric.html",
        interview,
        actor,
        tab="candidates",
        status=status,
        draft=draft,
        errors=errors or {},
        versions=versions,
        names=names,
        weights={key: choices(WEIGHTS, one.weight) for key, one in draft.competencies.items()},
        may_revise=actor.may(Permission.INTERVIEWS_EDIT) and interview.has_candidates,
        may_decide=actor.may(Permission.SESSIONS_DECIDE),
        longest_note=MAX_NOTE,
    )
