"""Putting a report together from what the contexts below know of a session at this moment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.analysis import public as analysis
from colloquy.contexts.identity import public as identity
from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.reporting.policy import document as report
from colloquy.contexts.reporting.policy.document import ReportDocument, moment
from colloquy.contexts.reporting.policy.evidence import with_true_quotes
from colloquy.contexts.reporting.policy.forgetting import answer_without_words
from colloquy.contexts.reporting.policy.given import given, given_file
from colloquy.contexts.reporting.policy.people_only import without_evaluation
from colloquy.contexts.scoring import public as scoring
from colloquy.contexts.sessions import public as sessions
from colloquy.kit import clock, log
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _

FORMER_COLLEAGUE = "A former colleague"
TYPED = "typed"
TALKED = "conversation"
"""The words of a conversation: typed, or heard message by message."""
_log = log.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Gathered:
    """A session with everything that is known about it now."""

    session: sessions.Session
    interview: interviews.Interview
    organisation: identity.Organisation
    consent: privacy.Consent
    recordings: dict[UUID, media.Recording]
    transcripts: dict[UUID, media.StoredTranscript]
    judgements: dict[UUID, analysis.StoredJudgements]
    score: scoring.Score | None
    overrides: tuple[scoring.Override, ...] = ()
    kept: sessions.Kept | None = None

    @property
    def words_gone(self) -> bool:
        """Whether the time of the words is over: then levels stand without quotes."""
        return self.kept is not None and self.kept.words_ended_at is not None


async def gather(db: AsyncSession, scope: Scope, session_id: UUID) -> Gathered:
    """Reads it all. SessionNotFound when it is not this tenant's."""
    session = await sessions.session(db, scope, session_id)
    interview = None if session is None else await interviews.interview(db, scope, session.interview_id)
    if session is None or interview is None:
        raise sessions.SessionNotFound(_("There is no such session."))
    recorded = [answer.recording_id for answer in session.answers if answer.recording_id is not None]
    judgements, score = await scoring.judgements(db, scope, session_id), await scoring.score(db, scope, session_id)
    interview = await scoring.rubric_of(db, scope, interview, judgements, score.rubric_version if score else None)
    return Gathered(
        session=session,
        interview=interview,
        organisation=await identity.organisation(db, scope),
        consent=await privacy.consent(db, scope, session_id),
        recordings=await media.recordings(db, scope, recorded),
        transcripts=await media.transcripts(db, scope, recorded),
        judgements=judgements,
        score=score,
        overrides=tuple(await scoring.overrides(db, scope, session_id)),
        kept=await sessions.kept(db, scope, session_id),
    )


def assemble(found: Gathered) -> ReportDocument:
    """The report as it would be written now, without the scorecards and decisions of people.

    Every quote is checked against its transcript; one that is not there is dropped and logged.
    """
    session, interview, score = found.session, found.interview, found.score
    answers = tuple(_answer(found, answer) for answer in session.answers)
    document = ReportDocument(
        generated_at=moment(clock.now()),
        organisation=found.organisation.name,
        accent=found.organisation.accent,
        interview=report.Interview(
            id=str(interview.id), title=interview.title, company=interview.company, language=interview.language
        ),
        candidate=report.Candidate(
            # A candidate is known by their session: the same person in another interview is nobody's business.
            id=str(session.id),
            name=session.candidate.name,
            email=session.candidate.email,
            profile_url=session.candidate.profile_url,
        ),
        session=report.Session(
            id=str(session.id),
            state=session.state.value,
            started_at=moment(session.started_at) if session.started_at else None,
            completed_at=moment(session.completed_at) if session.completed_at else None,
        ),
        consents=report.Consents(
            record=found.consent.record,
            ai_evaluation=found.consent.ai_evaluation,
            notice_version=found.consent.notice_version or "",
        ),
        overall_score=score.overall_score if score else None,
        technical_score=score.technical_score if score else None,
        communication_score=score.communication_score if score else None,
        band=_band(score),
        judged_share=score.judged_share if score else None,
        needs_human=score.needs_human if score else False,
        needs_human_reason=score.reason if score else None,
        evaluator=score.evaluator if score else None,
        rubric_version=score.rubric_version if score else None,
        answers=answers,
        knock_out=_knock_out(session, answers),
        overrides=_overrides(found),
        machine=_machine(score),
    )
    return without_evaluation(document) if session.human_only else document


def _knock_out(session: sessions.Session, answers: tuple[report.Answer, ...]) -> report.KnockOut | None:
    """The answer after which a rule of the recruiter's ended the interview."""
    for answer, made in zip(session.answers, answers, strict=True):
        if answer.question_id == session.knocked_out_by:
            return report.KnockOut(number=answer.number, given=made.given.text if made.given else "")
    return None


def _overrides(found: Gathered) -> tuple[report.Override, ...]:
    numbers = {answer.id: answer.number for answer in found.session.answers}
    names = {competency.key: competency.name for competency in found.interview.competencies}
    return tuple(
        report.Override(
            number=None if one.answer_id is None else numbers[one.answer_id],
            competency=names.get(one.competency, one.competency),
            key=one.competency,
            level=one.level,
            reason=one.reason,
            by=one.name or FORMER_COLLEAGUE,
            at=moment(one.at),
        )
        for one in found.overrides
        if one.level is not None and (one.answer_id is None or one.answer_id in numbers)
    )


def _machine(score: scoring.Score | None) -> report.MachineNumbers | None:
    if score is None or score.machine is None:
        return None
    return report.MachineNumbers(
        overall_score=score.machine.overall_score,
        technical_score=score.machine.technical_score,
        communication_score=score.machine.communication_score,
        band=_band(score.machine),
    )


def _band(score: scoring.Score | scoring.MachineNumbers | None) -> report.Band | None:
    if score is None or score.low is None or score.high is None:
        return None
    return report.Band(low=score.low, high=score.high)


def _answer(found: Gathered, answer: sessions.Answer) -> report.Answer:
    question = next((one for one in found.interview.questions if one.id == answer.question_id), None)
    recording = found.recordings.get(answer.recording_id) if answer.recording_id else None
    made = report.Answer(
        id=str(answer.id),
        number=answer.number,
        question=question.text if question else "",
        kind=answer.kind,
        state=answer.state.value,
        state_reason=answer.reason,
        duration_seconds=recording.duration_seconds if recording else None,
        take=answer.take,
        transcript=_transcript(found, answer),
        scores=_scores(found, answer),
        source=answer.source,
        late_seconds=answer.late_seconds,
        given=_given(question, answer, recording),
        reading=_reading(found, answer),
    )
    if found.words_gone:
        return answer_without_words(made)
    checked, dropped = with_true_quotes(made)
    for one in dropped:
        _log.error("A quote is not in its transcript", answer_id=one.answer_id, competency=one.competency)
    return checked


def _given(
    question: interviews.Question | None, answer: sessions.Answer, recording: media.Recording | None
) -> report.Given | None:
    if recording is not None and answer.kind == interviews.AnswerKind.FILE:
        return given_file(recording.file_name, recording.received_bytes)
    return given(question, answer.value)


def _transcript(found: Gathered, answer: sessions.Answer) -> report.Transcript | None:
    if answer.text is not None:
        return report.Transcript(
            text=answer.text,
            words=(),
            language=found.session.language,
            recogniser=TALKED if answer.kind == interviews.AnswerKind.CONVERSATION else TYPED,
            confidence=None,
            low_accuracy=False,
            hash=hashlib.sha256(answer.text.encode("utf-8", "surrogatepass")).hexdigest(),
        )
    stored = found.transcripts.get(answer.recording_id) if answer.recording_id else None
    if stored is None:
        return None
    heard = stored.transcript
    return report.Transcript(
        text=heard.text,
        words=tuple(
            report.Word(
                text=word.text,
                start=word.start,
                end=word.end,
                confidence=word.confidence,
                start_char=word.start_char,
                end_char=word.end_char,
            )
            for word in heard.words
        ),
        language=heard.language,
        recogniser=heard.recogniser,
        confidence=heard.confidence,
        low_accuracy=heard.low_accuracy,
        hash=stored.hash,
    )


def _judged(found: Gathered, answer: sessions.Answer) -> analysis.StoredJudgements | None:
    evaluated = answer.state in {sessions.AnswerState.ANALYSED, sessions.AnswerState.SCORED}
    return found.judgements.get(answer.id) if evaluated else None


def _quote(quote: analysis.Quote) -> report.Quote:
    return report.Quote(
        text=quote.text, start_char=quote.start_char, end_char=quote.end_char, start=quote.start, end=quote.end
    )


def _reading(found: Gathered, answer: sessions.Answer) -> report.Reading | None:
    stored = _judged(found, answer)
    if stored is None:
        return None
    return report.Reading(
        evaluators=tuple(one.evaluator for one in stored.passes) or (stored.evaluator,),
        stood_in=stored.stood_in,
        flagged=stored.speaks_to_assessor,
        elements=tuple(
            report.Element(kind=one.kind.value, quote=None if one.quote is None else _quote(one.quote))
            for one in stored.elements
        ),
        qualities=tuple(report.Quality(kind=one.kind.value, level=one.level, why=one.why) for one in stored.qualities),
    )


def _scores(found: Gathered, answer: sessions.Answer) -> tuple[report.CompetencyScore, ...]:
    stored = _judged(found, answer)
    if stored is None:
        return ()
    competencies = {one.key: one for one in found.interview.competencies}
    return tuple(
        report.CompetencyScore(
            competency=competencies[judgement.competency].name,
            key=judgement.competency,
            kind=competencies[judgement.competency].kind.value,
            level=judgement.level,
            reason=judgement.reason,
            quotes=tuple(_quote(quote) for quote in judgement.quotes),
            low=judgement.low,
            high=judgement.high,
            disputed=judgement.disputed,
        )
        for judgement in stored.judgements
        if judgement.competency in competencies
    )
