"""Settling a session: once it is handed in and nothing more happens to its answers, it gets its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.scoring import queries
from colloquy.contexts.scoring.events import InterviewScored
from colloquy.contexts.scoring.models import ScoreRow
from colloquy.contexts.scoring.policy.assessment import EVALUATED, Assessed, Assessment, Evaluation, Probe, assess
from colloquy.contexts.scoring.policy.correction import Correction
from colloquy.contexts.scoring.service import standing
from colloquy.contexts.scoring.service.corrections import overrides
from colloquy.contexts.scoring.service.read import machine_numbers
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.i18n import using_language
from colloquy.kit.ids import new_id

_EVALUATED = frozenset({sessions.AnswerState.ANALYSED, sessions.AnswerState.SCORED})


async def settle(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Makes the session's numbers when everything they need is there; else, and when they are made, does nothing.

    An answer that was run again and ended otherwise makes the next version.
    """
    # The last two answers may end at once. Whoever comes second waits here, and then finds the work done.
    await queries.take_turns(db, scope, session_id)
    session = await sessions.session(db, scope, session_id)
    if session is None or not session.state.handed_in or not all(answer.state.ended for answer in session.answers):
        return
    interview = await interviews.interview(db, scope, session.interview_id)
    if interview is None:
        return
    # What the candidate says, and nothing else: an evaluation that was made while it was allowed stays one.
    people_only = session.human_only or not (await privacy.consent(db, scope, session_id)).ai_evaluation
    found = await standing.judgements(db, scope, session_id)
    last = next(iter(await queries.scores(db, scope, [session_id])), None)
    interview = await standing.rubric_of(db, scope, interview, found, last.rubric_version if last else None)
    # The sentences are kept with the numbers; like those of the evaluator they are in the interview's language.
    with using_language(interview.language):
        assessment = assess(
            assessed(session, interview, found),
            people_only=people_only,
            rubric_version=interview.rubric_version,
            ended_by=next((one.number for one in session.answers if one.question_id == session.knocked_out_by), None),
            corrections=await _corrections(db, scope, session),
        )
    if last is not None and last.inputs_hash == assessment.inputs_hash:
        return
    version = 1 if last is None else last.version + 1
    db.add(_row(scope, session_id, version, assessment, interview.rubric_version))
    await db.flush()
    # The session before its answers: everybody who locks both takes them in this order.
    if assessment.reason is None:
        await sessions.session_scored(db, scope, session_id)
    else:
        await sessions.session_needs_human(db, scope, session_id, assessment.reason)
    if not people_only:
        for answer in session.answers:
            await sessions.answer_scored(db, scope, answer.id)
    await publish(db, InterviewScored(org_id=scope.org_id, session_id=session_id, score_version=version))


async def _corrections(db: AsyncSession, scope: Scope, session: sessions.Session) -> list[Correction]:
    numbers = {answer.id: answer.number for answer in session.answers}
    return [
        Correction(None if one.answer_id is None else numbers[one.answer_id], one.competency, one.level)
        for one in await overrides(db, scope, session.id)
        if one.level is not None and (one.answer_id is None or one.answer_id in numbers)
    ]


def assessed(
    session: sessions.Session, interview: interviews.Interview, found: Mapping[UUID, analysis.StoredJudgements]
) -> list[Assessed]:
    """Every question of the session that counts, however its answer ended, in their order."""
    answers = {answer.question_id: answer for answer in session.answers}
    competencies = {competency.id: competency for competency in interview.competencies}
    made = []
    for question in interview.questions:
        probed = [competencies[one] for one in question.competency_ids if one in competencies]
        answer = answers.get(question.id)
        if answer is None or not question.assessed or not probed or _outside(answer):
            continue
        evaluated = answer.state in _EVALUATED
        stored = found.get(answer.id) if evaluated else None
        made.append(
            Assessed(
                number=question.number,
                weight=question.weight,
                probes=tuple(Probe(one.key, one.kind.value, one.weight) for one in probed),
                # Being part of a score is no news about the answer: it must not make another version.
                state=EVALUATED if evaluated else answer.state.value,
                reason_code=answer.reason_code,
                evaluation=None if stored is None else _evaluation(stored),
            )
        )
    return made


def _outside(answer: sessions.Answer) -> bool:
    """Whether the question is no part of this session: branching left it out, or the candidate, who might."""
    return answer.state is sessions.AnswerState.NOT_ASKED or answer.reason_code == "left_out"


def _evaluation(stored: analysis.StoredJudgements) -> Evaluation:
    return Evaluation(
        version=stored.version,
        evaluator=stored.evaluator,
        prompt_version=stored.prompt_version,
        rubric_version=stored.rubric_version,
        transcript_hash=stored.transcript_hash,
        levels={judgement.competency: judgement.level for judgement in stored.judgements},
        speaks_to_assessor=stored.speaks_to_assessor,
        apart={
            judgement.competency: judgement.high - judgement.low
            for judgement in stored.judgements
            if judgement.level is not None and judgement.low is not None and judgement.high is not None
            if judgement.high > judgement.low
        },
        disputed=tuple(judgement.competency for judgement in stored.judgements if judgement.disputed),
    )


def _row(scope: Scope, session_id: UUID, version: int, made: Assessment, rubric_version: str) -> ScoreRow:
    band = made.numbers.band
    return ScoreRow(
        id=new_id(),
        org_id=scope.org_id,
        session_id=session_id,
        version=version,
        inputs_hash=made.inputs_hash,
        overall_score=made.numbers.overall_score,
        technical_score=made.numbers.technical_score,
        communication_score=made.numbers.communication_score,
        low=band and band.low,
        high=band and band.high,
        judged_share=made.numbers.judged_share,
        needs_human=made.reason is not None,
        reason=made.reason,
        evaluator=made.evaluator,
        rubric_version=rubric_version,
        machine=made.machine and asdict(machine_numbers(made.machine)),
        made_at=clock.now(),
    )
