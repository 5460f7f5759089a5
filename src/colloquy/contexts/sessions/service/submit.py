"""Answering: ending a take, choosing one, sending a text, handing the interview in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import (
    AnswerNotFound,
    AnswersMissing,
    QuestionClosed,
    TakeNotSaved,
    TakeUnusable,
)
from colloquy.contexts.sessions.events import AnswerReady, AnswerSubmitted, InterviewCompleted
from colloquy.contexts.sessions.models import AnswerRow, SessionRow, TakeRow
from colloquy.contexts.sessions.policy.states import PEOPLE_ONLY, AnswerState, SessionState
from colloquy.contexts.sessions.service import room
from colloquy.contexts.sessions.service.progress import end
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.events import publish


@dataclass(frozen=True, slots=True)
class OwnTake:
    """A take of this candidate's open question, with its recording."""

    take: TakeRow
    answer: AnswerRow
    recording: media.Recording


async def own_take(db: AsyncSession, row: SessionRow, take_id: UUID) -> OwnTake:
    """The candidate's own take. AnswerNotFound for anybody else's."""
    scope = Scope(row.org_id)
    take = await queries.take(db, scope, take_id)
    answer = None if take is None else await queries.lock_answer(db, scope, take.answer_id)
    if take is None or answer is None or answer.session_id != row.id:
        raise AnswerNotFound("There is no such take in this interview.")
    recording = (await media.recordings(db, scope, [take.recording_id]))[take.recording_id]
    return OwnTake(take, answer, recording)


async def stop_take(db: AsyncSession, row: SessionRow, take_id: UUID, seconds: float) -> OwnTake:
    """Notes that the take has ended and how long the browser says it was. Saying it again changes nothing."""
    own = await own_take(db, row, take_id)
    if own.take.stopped_at is None:
        own.take.stopped_at, own.take.client_seconds = clock.now(), seconds
    return own


async def choose_take(db: AsyncSession, row: SessionRow, question_id: UUID, take_id: UUID) -> UUID:
    """Makes a saved take the answer and returns the answer's id. Choosing the same one again is fine.

    TakeNotSaved while bytes are missing, TakeUnusable when it was refused, QuestionClosed when another take is
    the answer already.
    """
    room.require_open(row)
    own = await own_take(db, row, take_id)
    answer, recording = own.answer, own.recording
    if answer.submitted_at is not None and answer.recording_id == recording.id:
        return answer.id
    if answer.question_id != question_id or answer.submitted_at is not None:
        raise QuestionClosed("This question is answered already.")
    if recording.state is media.RecordingState.RECEIVING:
        raise TakeNotSaved("Part of this take is still on its way. Wait until it is saved, then use it.")
    if recording.state is media.RecordingState.REJECTED:
        raise TakeUnusable(recording.reason or "This take cannot be used. Record the answer again.")
    scope = Scope(row.org_id)
    processed = recording.state is media.RecordingState.PROCESSED
    answer.recording_id, answer.take, answer.submitted_at = recording.id, own.take.number, clock.now()
    answer.state = AnswerState.PROCESSED if processed else AnswerState.UPLOADED
    row.updated_at = clock.now()
    await db.flush()
    await media.request_transcript(db, scope, recording.id)
    await publish(db, AnswerSubmitted(org_id=scope.org_id, session_id=row.id, answer_id=answer.id))
    return answer.id


async def send_text(db: AsyncSession, row: SessionRow, question_id: UUID, text: str) -> UUID:
    """Makes a text the answer and returns the answer's id. Sending the same text again is fine."""
    room.require_open(row)
    scope = Scope(row.org_id)
    answers = await queries.answers(db, scope, [row.id])
    before = next((answer for answer in answers if answer.question_id == question_id), None)
    if before is not None and before.submitted_at is not None and before.text == text:
        return before.id
    answer = await room.open_answer(db, row, question_id)
    interview = await room.interview_of(db, row)
    question = next(question for question in interview.questions if question.id == question_id)
    if answer.kind != "text":
        raise QuestionClosed("This question is answered by recording.")
    if not text.strip():
        raise Malformed("Write your answer first.", fields={"text": "Write your answer first."})
    if len(text) > question.max_characters:
        message = f"Your answer has {len(text)} characters; up to {question.max_characters} are possible."
        raise Malformed(message, fields={"text": message})
    answer.text, answer.draft, answer.submitted_at = text, None, clock.now()
    answer.state = AnswerState.TRANSCRIBED
    row.updated_at = clock.now()
    await db.flush()
    await publish(db, AnswerSubmitted(org_id=scope.org_id, session_id=row.id, answer_id=answer.id))
    if row.human_only:
        await end(db, scope, answer, AnswerState.NEEDS_HUMAN, *PEOPLE_ONLY)
    else:
        await publish(db, AnswerReady(org_id=scope.org_id, session_id=row.id, answer_id=answer.id))
    return answer.id


async def keep_draft(db: AsyncSession, row: SessionRow, question_id: UUID, text: str) -> None:
    """Keeps what was typed so far."""
    room.require_open(row)
    answer = await room.open_answer(db, row, question_id)
    answer.draft = text


async def complete(db: AsyncSession, row: SessionRow) -> bool:
    """Hands the interview in. AnswersMissing names what is open; a second time is fine and returns False."""
    if SessionState(row.state).handed_in:
        return False
    scope = Scope(row.org_id)
    answers = await queries.answers(db, scope, [row.id])
    missing = [answer.number for answer in answers if answer.submitted_at is None]
    if missing:
        numbers = ", ".join(str(number) for number in missing)
        raise AnswersMissing(f"These questions have no answer yet: {numbers}.", missing=missing)
    row.state, row.completed_at, row.updated_at = SessionState.COMPLETED, clock.now(), clock.now()
    await publish(db, InterviewCompleted(org_id=scope.org_id, session_id=row.id))
    return True
