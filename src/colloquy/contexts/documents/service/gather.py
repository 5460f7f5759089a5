"""What is configured, gathered from the contexts that know it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis.public import RulesEvaluator
from colloquy.contexts.documents.policy.facts import Facts, InterviewFact, ModelFact, NoticeFact, Surroundings
from colloquy.contexts.identity import public as identity
from colloquy.contexts.inference import public as inference
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.interviews.public import Interview
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.retention import public as retention
from colloquy.contexts.webhooks import public as webhooks
from colloquy.kit import clock
from colloquy.kit.db import Scope


async def gather(db: AsyncSession, scope: Scope, surroundings: Surroundings) -> Facts:
    """Everything that the documents of this organisation are made from; nothing of it is a candidate's."""
    organisation = await identity.organisation(db, scope)
    evaluator = RulesEvaluator()
    return Facts(
        organisation=organisation.name,
        contact=organisation.contact_email,
        day=clock.now().date(),
        surroundings=surroundings,
        evaluator=evaluator.name,
        prompt_version=evaluator.prompt_version,
        models=tuple(
            ModelFact(one.name, one.host, one.tasks, one.enabled) for one in await inference.named_models(db, scope)
        ),
        interviews=tuple(
            [await _interview(db, scope, one, organisation.contact_email) for one in await _all(db, scope)]
        ),
        receivers=await webhooks.receivers(db, scope),
        stored=tuple(retention.ERASED_ROWS.items()),
    )


async def _all(db: AsyncSession, scope: Scope) -> list[Interview]:
    """All interviews, the oldest first."""
    found: list[Interview] = []
    before: UUID | None = None
    while True:
        page, before = await interviews.interviews(db, scope, before=before)
        for summary in page:
            interview = await interviews.interview(db, scope, summary.id)
            if interview is not None:
                found.append(interview)
        if before is None:
            return found[::-1]


async def _interview(db: AsyncSession, scope: Scope, interview: Interview, contact: str | None) -> InterviewFact:
    holding = await privacy.applied(db, scope, interview.id)
    days = await retention.days_now(
        db, scope, interview.id, interview.retention_days, [place.value for place in holding.jurisdictions]
    )
    return InterviewFact(
        title=interview.title,
        state=interview.state.value,
        language=interview.language,
        rubric_version=interview.rubric_version,
        kinds=tuple(sorted(interview.answer_kinds)),
        questions=len(interview.questions),
        blind_review=interview.blind_review,
        people_only=holding.people_only,
        places=tuple(privacy.NAMES[place] for place in holding.jurisdictions),
        days=(days.media, days.words, days.record, days.logs),
        notice=_notice(interview, holding, contact, days.record) if interview.questions else None,
    )


def _notice(interview: Interview, holding: privacy.Applied, contact: str | None, days: int) -> NoticeFact:
    told_at = holding.told_at(posted_at=None, letter_at=None, seen_at=clock.now())
    made = privacy.notice(
        interview.language,
        interview.company,
        interview.title,
        kinds=interview.answer_kinds,
        retention_days=days,
        contact=contact,
        terms=privacy.terms(holding, told_at),
    )
    return NoticeFact(
        made.language,
        made.version,
        made.hash,
        made.title,
        tuple((section.heading, section.paragraphs) for section in made.sections),
    )
