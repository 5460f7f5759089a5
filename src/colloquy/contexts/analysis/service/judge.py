"""Judging one answer: what is read before an evaluator is asked, and what is kept of what it says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import queries
from colloquy.contexts.analysis.events import AnalysisCompleted
from colloquy.contexts.analysis.models import JudgementSetRow
from colloquy.contexts.analysis.policy import (
    Anchor,
    AnswerText,
    CompetencyToJudge,
    Element,
    Quality,
    QuestionToJudge,
    elements,
    qualities,
)
from colloquy.contexts.analysis.policy.assessing import Assessment
from colloquy.contexts.analysis.policy.injection import attempts, blanked
from colloquy.contexts.analysis.policy.stored import input_hash, to_json
from colloquy.contexts.analysis.service.words import words_of
from colloquy.contexts.inference import public as inference
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.i18n import N_
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue

EVALUATION_FAILED = "evaluation_failed"
_FAILED = N_("This answer could not be evaluated. Nothing is lost: run it again, or evaluate it yourself.")
# Whoever refused, and whoever was never asked, are the same to those who read: nobody is to be asked why.
_PEOPLE_ONLY = ("people_only", N_("People alone evaluate these answers."))
_REASONS = {
    privacy.Why.TOO_EARLY: (
        "notice_period",
        N_("Notice of evaluation by a program was not given long enough before, so a person evaluates this answer."),
    ),
}
_NO_WORDS = (
    "words_missing",
    N_("The words of this answer are not there any more, so a person evaluates what is left."),
)
_NO_QUESTION = ("question_missing", N_("The question of this answer is not there any more, so a person evaluates it."))


@dataclass(frozen=True, slots=True)
class ToJudge:
    """One answer with all that an evaluator needs, and what pins its judgement."""

    session_id: UUID
    interview_id: UUID
    answer_id: UUID
    question: QuestionToJudge
    answer: AnswerText
    rubric_version: str
    transcript_hash: str

    @property
    def about(self) -> inference.About:
        """Whose work a call to a model is."""
        return inference.About(self.interview_id, self.session_id)


async def begin(
    db: AsyncSession, scope: Scope, first_choice: tuple[str, str], session_id: UUID, answer_id: UUID
) -> ToJudge | None:
    """What is to be read, or None when nothing is. `first_choice`: the evaluator and prompt version that would read.

    None leaves nothing open: an earlier run judged the answer, its question asks for no judgement, or people judge it.
    """
    session = await sessions.session(db, scope, session_id)
    answer = None if session is None else next((one for one in session.answers if one.id == answer_id), None)
    if session is None or answer is None or not _waits(answer):
        return None
    if not await allowed(db, scope, session_id):
        await refused(db, scope, session_id, answer_id)
        return None
    interview = await interviews.interview(db, scope, session.interview_id)
    question = interview and next((one for one in interview.questions if one.id == answer.question_id), None)
    if not interview or not question:
        await sessions.answer_needs_human(db, scope, answer_id, *_NO_QUESTION)
        return None
    if not question.assessed or not asked(interview, question).competencies:
        await _complete(db, scope, session_id, answer_id)
        return None
    work = await to_judge(db, scope, session_id, interview, question, answer)
    if work is None:
        await sessions.answer_needs_human(db, scope, answer_id, *_NO_WORDS)
        return None
    evaluator, prompt_version = first_choice
    if await queries.made_before(
        db,
        scope,
        answer_id,
        evaluator=evaluator,
        prompt_version=prompt_version,
        rubric_version=work.rubric_version,
        transcript_hash=work.transcript_hash,
    ):
        await _complete(db, scope, session_id, answer_id)
        return None
    return work


async def to_judge(
    db: AsyncSession,
    scope: Scope,
    session_id: UUID,
    interview: interviews.Interview,
    question: interviews.Question,
    answer: sessions.Answer,
) -> ToJudge | None:
    """The answer with all that an evaluator needs; None when its words are not there."""
    words = (await words_of(db, scope, [answer])).get(answer.id)
    if words is None:
        return None
    return ToJudge(
        session_id,
        interview.id,
        answer.id,
        asked(interview, question),
        words.answer,
        interview.rubric_version,
        words.hash,
    )


async def save(db: AsyncSession, scope: Scope, work: ToJudge, made: Assessment) -> None:
    """Keeps the judgements as the answer's next version and announces it; once, however often it is called."""
    # Evaluating takes a while. Consent that was withdrawn meanwhile holds: nothing of the evaluation is kept.
    if not await allowed(db, scope, work.session_id):
        await refused(db, scope, work.session_id, work.answer_id)
        return
    if not await _complete(db, scope, work.session_id, work.answer_id):
        return
    # The answer is locked by `_complete`, so nobody else counts versions now.
    await keep(db, scope, work, made, run_id=None)


async def keep(db: AsyncSession, scope: Scope, work: ToJudge, made: Assessment, *, run_id: UUID | None) -> None:
    """Adds the answer's next version. The answer must be locked."""
    tried = attempts(work.answer.text)
    built = built_of(work.question, work.answer)
    db.add(
        JudgementSetRow(
            id=new_id(),
            org_id=scope.org_id,
            session_id=work.session_id,
            answer_id=work.answer_id,
            version=await queries.latest_version(db, scope, work.answer_id) + 1,
            evaluator=made.evaluator,
            prompt_version=made.prompt_version,
            rubric_version=work.rubric_version,
            transcript_hash=work.transcript_hash,
            input_hash=input_hash(work.question, work.answer),
            judgements=to_json(made.judgements),
            speaks_to_assessor=bool(tried),
            passes=[asdict(one) for one in made.passes],
            flags=[asdict(one) for one in tried],
            elements=[asdict(one) for one in built[0]],
            qualities=[asdict(one) for one in built[1]],
            stood_in=made.stood_in,
            run_id=run_id,
            made_at=clock.now(),
        )
    )
    await db.flush()


_TOLD: Final = frozenset({"behavioural", "communication"})
"""Kinds of competencies that are shown by how something was told, whoever judges."""


def built_of(question: QuestionToJudge, answer: AnswerText) -> tuple[tuple[Element, ...], tuple[Quality, ...]]:
    """What a told answer holds and how it is built, found by the rules; nothing where knowledge alone is asked for."""
    if all(competency.kind not in _TOLD for competency in question.competencies):
        return (), ()
    shown = replace(answer, text=blanked(answer.text))
    return elements(question, shown), qualities(question, shown)


async def gave_up(db: AsyncSession, scope: Scope, answer_id: UUID) -> None:
    """The evaluator never answered well: the answer says so and can be run again."""
    if await sessions.answer(db, scope, answer_id) is not None:
        await sessions.answer_failed(db, scope, answer_id, EVALUATION_FAILED, _FAILED)


def _waits(answer: sessions.Answer) -> bool:
    """Whether the answer has words and no evaluation. A given-up job that is run again finds it failed."""
    if answer.state is sessions.AnswerState.TRANSCRIBED:
        return True
    return answer.state is sessions.AnswerState.FAILED and answer.reason_code == EVALUATION_FAILED


async def refused(db: AsyncSession, scope: Scope, session_id: UUID, answer_id: UUID) -> None:
    """No program may evaluate now: the answer waits for the day from which one may, or people evaluate it."""
    standing = await privacy.program(db, scope, session_id)
    if standing.waits_until is not None:
        await enqueue(
            db,
            "analysis.judge",
            at=standing.waits_until,
            once=f"analysis.judge:{answer_id}:{standing.waits_until.isoformat()}",
            org_id=scope.org_id,
            session_id=session_id,
            answer_id=answer_id,
        )
        return
    reason = _REASONS.get(standing.why, _PEOPLE_ONLY) if standing.why else _PEOPLE_ONLY
    await sessions.answer_needs_human(db, scope, answer_id, *reason)


async def allowed(db: AsyncSession, scope: Scope, session_id: UUID) -> bool:
    """Whether the candidate agrees, at this moment, to an evaluation by a program."""
    return await privacy.ai_evaluation_allowed(db, scope, session_id)


async def _complete(db: AsyncSession, scope: Scope, session_id: UUID, answer_id: UUID) -> bool:
    if not await sessions.answer_analysed(db, scope, answer_id):
        return False
    await publish(db, AnalysisCompleted(org_id=scope.org_id, session_id=session_id, answer_id=answer_id))
    return True


def asked(interview: interviews.Interview, question: interviews.Question) -> QuestionToJudge:
    """The question as evaluators are asked it, with the rubric of its interview."""
    probed = frozenset(question.competency_ids)
    return QuestionToJudge(
        text=question.text,
        # A conversation has its points where it is asked for them: with its topics.
        expected_points=question.expected_points + tuple(point for topic in question.topics for point in topic.points),
        competencies=tuple(
            CompetencyToJudge(
                key=competency.key,
                name=competency.name,
                kind=competency.kind.value,
                anchors=tuple(Anchor(anchor.level, anchor.text) for anchor in competency.anchors),
            )
            for competency in interview.competencies
            if competency.id in probed
        ),
        language=interview.language,
    )
