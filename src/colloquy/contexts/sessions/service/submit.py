"""Answering: choosing a take, sending a text or a value, leaving a question out, keeping drafts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import QuestionClosed, QuestionRequired, TakeNotSaved, TakeUnusable
from colloquy.contexts.sessions.events import AnswerReady, AnswerSubmitted
from colloquy.contexts.sessions.models import AnswerRow, SessionRow
from colloquy.contexts.sessions.policy.states import LEFT_OUT, NO_USABLE_TAKE, PEOPLE_ONLY, AnswerState
from colloquy.contexts.sessions.policy.values import VALUED, checked_value
from colloquy.contexts.sessions.service import hand_in, progress
from colloquy.contexts.sessions.service.place import Place, open_question, place, require_open, require_time
from colloquy.contexts.sessions.service.room import is_lost, takes_used
from colloquy.contexts.sessions.service.takes import OwnTake, own_take
from colloquy.kit import clock
from colloquy.kit.errors import Malformed
from colloquy.kit.events import publish
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _


async def choose_take(db: AsyncSession, row: SessionRow, question_id: UUID, take_id: UUID) -> UUID:
    """Makes a saved take the answer and returns the answer's id. Choosing the same one again is fine.

    TakeNotSaved while bytes are missing, TakeUnusable when it was refused, QuestionClosed when another take is
    the answer already. What was recorded in time may be chosen after the end of the time, until it is handed in.
    """
    require_open(row, arriving=True)
    own = await own_take(db, row, take_id)
    if own.answer.submitted_at is not None and own.answer.recording_id == own.recording.id:
        return own.answer.id
    if own.answer.question_id != question_id or own.answer.submitted_at is not None:
        raise QuestionClosed(_("This question is answered already."))
    found = await place(db, row)
    if all(question.id != question_id for question in found.course.remaining):
        raise QuestionClosed(_("This question is not asked any more."))
    if own.recording.state is media.RecordingState.RECEIVING:
        raise TakeNotSaved(_("Part of this take is still on its way. Wait until it is saved, then use it."))
    if own.recording.state is media.RecordingState.REJECTED:
        raise TakeUnusable(_(own.recording.reason or N_("This take cannot be used. Record the answer again.")))
    await use_take(db, found, own)
    await hand_in.if_ended_early(db, row)
    return own.answer.id


async def use_take(db: AsyncSession, found: Place, own: OwnTake) -> None:
    """Makes a take the answer, whose recording is whole."""
    scope, answer, recording = found.scope, own.answer, own.recording
    kind = found.terms(found.question(answer.question_id)).kind
    processed = recording.state is media.RecordingState.PROCESSED
    answer.recording_id, answer.take, answer.kind = recording.id, own.take.number, kind.value
    answer.submitted_at = found.row.updated_at = clock.now()
    answer.state = AnswerState.PROCESSED if processed else AnswerState.UPLOADED
    await db.flush()
    await publish(db, AnswerSubmitted(org_id=scope.org_id, session_id=found.row.id, answer_id=answer.id))
    if kind is interviews.AnswerKind.FILE:
        if processed:
            await progress.keep(db, scope, answer)
        return
    await media.request_transcript(db, scope, recording.id)
    if await media.transcript(db, scope, recording.id) is not None:
        # Captions that the candidate brought were there before the take was chosen: nobody will announce them again.
        await progress.words_arrived(db, scope, answer, recording.id)


async def send_text(db: AsyncSession, row: SessionRow, question_id: UUID, text: str) -> UUID:
    """Makes a text the answer and returns the answer's id. Sending the same text again is fine."""
    require_open(row)
    found = await place(db, row)
    question = found.question(question_id)
    answer, terms = found.answers[question_id], found.terms(question)
    if answer.submitted_at is not None and answer.text == text:
        return answer.id
    if question.kind is not interviews.AnswerKind.TEXT and not terms.text_allowed:
        raise QuestionClosed(_("This question is not answered in writing."))
    await open_question(db, found, question_id)
    if not text.strip():
        raise Malformed(_("Write your answer first."), fields={"text": _("Write your answer first.")})
    if len(text) > terms.max_characters:
        message = _(
            "Your answer has %(given)s characters; up to %(number)s are possible.",
            given=len(text),
            max_characters=terms.max_characters,
        )
        raise Malformed(message, fields={"text": message})
    await use_text(db, found, answer, text)
    await hand_in.if_ended_early(db, row)
    return answer.id


async def use_text(db: AsyncSession, found: Place, answer: AnswerRow, text: str) -> None:
    """Makes words the answer: typed ones, or what was said in a conversation."""
    scope = found.scope
    if answer.kind != interviews.AnswerKind.CONVERSATION:
        answer.kind = interviews.AnswerKind.TEXT.value
    answer.text, answer.draft = text, None
    answer.submitted_at = found.row.updated_at = clock.now()
    answer.state = AnswerState.TRANSCRIBED
    await db.flush()
    await publish(db, AnswerSubmitted(org_id=scope.org_id, session_id=found.row.id, answer_id=answer.id))
    if found.row.human_only:
        await progress.end(db, scope, answer, AnswerState.NEEDS_HUMAN, *PEOPLE_ONLY)
    else:
        await publish(db, AnswerReady(org_id=scope.org_id, session_id=found.row.id, answer_id=answer.id))


async def send_value(db: AsyncSession, row: SessionRow, question_id: UUID, value: object) -> UUID:
    """Makes a choice, a number or a link the answer and returns the answer's id. The same again is fine."""
    require_open(row)
    found = await place(db, row)
    question = found.question(question_id)
    answer = found.answers[question_id]
    stored = checked_value(question, value)
    if answer.submitted_at is not None and answer.value == stored:
        return answer.id
    await open_question(db, found, question_id)
    await use_value(db, found, answer, stored)
    await hand_in.if_ended_early(db, row)
    return answer.id


async def use_value(db: AsyncSession, found: Place, answer: AnswerRow, value: object) -> None:
    """Makes a checked value the answer. Nothing in it is evaluated: people read it, and rules look at it."""
    answer.value, answer.draft_value = value, None
    answer.submitted_at = found.row.updated_at = clock.now()
    await db.flush()
    await publish(db, AnswerSubmitted(org_id=found.row.org_id, session_id=found.row.id, answer_id=answer.id))
    await progress.keep(db, found.scope, answer)


async def skip(db: AsyncSession, row: SessionRow, question_id: UUID) -> UUID:
    """Leaves a question out that may be left out, and returns the answer's id. Again is fine. QuestionRequired.

    A required one may be left out when all of its takes are used and none can be the answer: nobody is kept in a
    room that has no door.
    """
    require_open(row)
    found = await place(db, row)
    question = found.question(question_id)
    answer = found.answers[question_id]
    if answer.state == AnswerState.MISSING:
        return answer.id
    if question.required and not await _no_way_on(db, found, question):
        raise QuestionRequired(_("This question has to be answered."))
    await open_question(db, found, question_id)
    await leave_out(db, found, answer, NO_USABLE_TAKE if question.required else LEFT_OUT)
    return answer.id


async def _no_way_on(db: AsyncSession, found: Place, question: interviews.Question) -> bool:
    terms = found.terms(question)
    if not (terms.kind.recorded or terms.kind is interviews.AnswerKind.FILE) or terms.text_allowed:
        return False
    takes = await queries.takes(db, found.scope, found.answers[question.id].id)
    recordings = await media.recordings(db, found.scope, [take.recording_id for take in takes])
    usable = any(not is_lost(recordings[take.recording_id]) for take in takes)
    return takes_used(takes, recordings) >= terms.takes and not usable


async def leave_out(db: AsyncSession, found: Place, answer: AnswerRow, why: tuple[str, str]) -> None:
    """Ends a question without an answer, with the reason."""
    answer.submitted_at = found.row.updated_at = clock.now()
    await db.flush()
    await progress.end(db, found.scope, answer, AnswerState.MISSING, *why)


async def keep_draft(
    db: AsyncSession, row: SessionRow, question_id: UUID, *, text: str | None = None, value: object = None
) -> None:
    """Keeps what was typed or chosen so far. It is checked when it is sent."""
    require_open(row)
    require_time(row)
    found = await place(db, row)
    question = found.question(question_id)
    answer = found.answers[question_id]
    if answer.submitted_at is not None or all(one.id != question_id for one in found.course.remaining):
        raise QuestionClosed(_("This question is answered already, or not open yet."))
    if question.kind in VALUED:
        answer.draft_value = value
    else:
        answer.draft = text
