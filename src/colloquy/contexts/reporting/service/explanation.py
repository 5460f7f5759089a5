"""Why a candidate was evaluated as they were, for the candidate: criteria, their own words, levels, who read, who
decides.

A program's reasons and the anchors are left out, as they would tell the next candidates what to say; the criteria, the
words relied on, the level and every correction by a person are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.identity import public as identity
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion in one answer. `level` 1–5, None: not enough evidence, or a person has to judge (`disputed`).

    `words` are the candidate's own; `read_levels` what each of two readings said, where there were two; `corrected`:
    the level is a person's.
    """

    name: str
    description: str
    level: int | None
    words: tuple[str, ...]
    disputed: bool
    read_levels: tuple[int | None, ...]
    corrected: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """One answer. Without `criteria` nobody but people evaluate it, and `state_reason` may say why."""

    answer_id: UUID
    number: int
    question: str
    criteria: tuple[Criterion, ...]
    readers: tuple[str, ...]
    flagged: bool
    state_reason: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole of it. `numbers` are out of 100, with the band of the overall one; None where there are none.

    `decided_at` is when a person decided; the decision itself is theirs to tell.
    """

    company: str
    contact: str | None
    interview: interviews.Interview
    organisation: identity.Organisation
    session: sessions.Session
    handed_in: bool
    people_only: bool
    answers: tuple[Explained, ...]
    score: scoring.Score | None
    decided_at: datetime | None
    contests: tuple[scoring.Contest, ...]


async def explanation(db: AsyncSession, key: sessions.Key) -> Explanation:
    """For the holder of the key. NotYourSession for anybody else, and once it was erased."""
    row = await sessions.own(db, key)
    scope = Scope(key.org_id)
    session = None if row is None else await sessions.session(db, scope, row.id)
    interview = None if session is None else await interviews.interview(db, scope, session.interview_id)
    if session is None or interview is None:
        raise sessions.NotYourSession(_("This browser has no interview open. Open the link that you were sent."))
    organisation = await identity.organisation(db, scope)
    people_only = session.human_only
    found = {} if people_only else await scoring.judgements(db, scope, session.id)
    rubric = await scoring.rubric_of(db, scope, interview, found)
    corrections = await scoring.overrides(db, scope, session.id)
    decision = await scoring.decision(db, scope, session.id)
    handed_in = session.state.handed_in
    return Explanation(
        company=organisation.name,
        contact=organisation.contact_email,
        interview=interview,
        organisation=organisation,
        session=session,
        handed_in=handed_in,
        people_only=people_only,
        answers=tuple(
            _explained(answer, rubric, found.get(answer.id), corrections)
            for answer in session.answers
            if answer.state.ended
        )
        if handed_in
        else (),
        score=None if people_only else await scoring.score(db, scope, session.id),
        decided_at=decision.at if decision else None,
        contests=await scoring.contests(db, scope, session.id),
    )


async def contest(
    db: AsyncSession, key: sessions.Key, about: scoring.ContestAbout, text: str, answer_id: UUID | None
) -> UUID:
    """Keeps what the holder of the key says is wrong. NotYourSession, and what `scoring.contest` raises."""
    row = await sessions.lock_own(db, key)
    return await scoring.contest(db, Scope(key.org_id), row.id, about, text, answer_id=answer_id)


def _explained(
    answer: sessions.Answer,
    rubric: interviews.Interview,
    stored: analysis.StoredJudgements | None,
    corrections: list[scoring.Override],
) -> Explained:
    question = next((one for one in rubric.questions if one.id == answer.question_id), None)
    competencies = {one.key: one for one in rubric.competencies}
    criteria = tuple(
        _criterion(one, stored, competencies[one.competency], answer.id, corrections)
        for one in (stored.judgements if stored else ())
        if one.competency in competencies
    )
    return Explained(
        answer_id=answer.id,
        number=answer.number,
        question=question.text if question and answer.submitted_at else "",
        criteria=criteria,
        readers=tuple(dict.fromkeys(one.evaluator for one in stored.passes)) if stored else (),
        flagged=bool(stored and stored.flags),
        state_reason=answer.reason,
    )


def _criterion(
    judgement: analysis.Judgement,
    stored: analysis.StoredJudgements | None,
    competency: interviews.Competency,
    answer_id: UUID,
    corrections: list[scoring.Override],
) -> Criterion:
    override = next(
        (
            one
            for one in reversed(corrections)
            if one.competency == judgement.competency and one.answer_id in {answer_id, None}
        ),
        None,
    )
    passes = stored.passes if stored and len(stored.passes) > 1 else ()
    return Criterion(
        name=competency.name,
        description=competency.description,
        level=override.level if override else judgement.level,
        words=tuple(quote.text for quote in judgement.quotes),
        disputed=judgement.disputed and override is None,
        read_levels=tuple(one.levels.get(judgement.competency) for one in passes),
        corrected=override is not None,
    )
