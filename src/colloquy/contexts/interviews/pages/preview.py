"""The interview as a candidate goes through it, to try it out: nothing is recorded and nobody is counted.

All that was answered is in the address, so that a way through the questions can be shown to a colleague.
"""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity import public as identity
from colloquy.contexts.identity.public import Actor
from colloquy.contexts.interviews.pages.given import Viewer, whole
from colloquy.contexts.interviews.policy import walk
from colloquy.contexts.interviews.policy.interview import Interview
from colloquy.contexts.privacy import public as privacy
from colloquy.kit import clock
from colloquy.kit.http.state import DbSession
from colloquy.web import pages

router = APIRouter(prefix="/interviews/{interview_id}/preview")


@router.get("")
async def preview(request: Request, interview_id: UUID, actor: Viewer, db: DbSession) -> Response:
    """The landing page and the notice; with `at=<number>` or `past=<number>` a step of the interview.

    Answers are `a<number>` of their questions; `at=0` is the list of questions (free order) or the end.
    """
    interview = await whole(db, actor, interview_id)
    asked = request.query_params
    if "at" not in asked and "past" not in asked:
        return await _landing(request, interview, actor, db)
    sent = {question.number: asked.getlist(f"a{question.number}") for question in interview.questions}
    at, past = _number(asked.get("at")), _number(asked.get("past"))
    step = walk.step(interview.questions, sent, interview.order, at=at, past=past)
    home = f"/interviews/{interview_id}/preview"
    kept = [(f"a{number}", value) for number, values in sent.items() for value in values]
    before = [question for question in step.path if step.question and question.number < step.question.number]
    return pages.render(
        request,
        "interviews/preview_step.html",
        interview=interview,
        company=interview.company,
        logo_address=(await identity.organisation(db, actor.scope)).logo_address,
        step=step,
        sent=sent,
        others=[(name, value) for name, value in kept if not step.question or name != f"a{step.question.number}"],
        address={
            question.number: f"{home}?{urlencode([('at', question.number), *kept])}" for question in interview.questions
        },
        back=before[-1].number if before else None,
        end=f"{home}?{urlencode([('at', 0), *kept])}",
        unasked=[question for question in interview.questions if question not in step.path],
    )


async def _landing(request: Request, interview: Interview, actor: Actor, db: DbSession) -> Response:
    organisation = await identity.organisation(db, actor.scope)
    notice = None
    if interview.questions:
        holding = await privacy.applied(db, actor.scope, interview.id)
        notice = privacy.notice(
            interview.language,
            interview.company,
            interview.title,
            kinds=interview.answer_kinds,
            retention_days=interview.retention_days,
            contact=organisation.contact_email,
            terms=privacy.terms(holding, holding.told_at(posted_at=None, letter_at=None, seen_at=clock.now())),
        )
    return pages.render(
        request,
        "interviews/preview.html",
        interview=interview,
        company=interview.company,
        logo_address=organisation.logo_address,
        notice=notice,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) <= 3 else None  # noqa: PLR2004 - 50 questions
