"""What becomes of submitted answers, told by the contexts below (events) and above (commands)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media import public as media
from colloquy.contexts.media.events import MediaProcessed, MediaRefused, TranscriptFailed, TranscriptReady
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import AnswerNotFound, NothingToRepeat
from colloquy.contexts.sessions.events import AnswerEnded, AnswerReady
from colloquy.contexts.sessions.models import AnswerRow
from colloquy.contexts.sessions.policy.states import PEOPLE_ONLY, AnswerState, SessionState
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _


async def media_processed(db: AsyncSession, event: MediaProcessed) -> None:
    """A recording was read. Matters once it is an answer; before that the take itself tells."""
    scope = Scope(event.org_id)
    answer = await queries.answer_of_recording(db, scope, event.recording_id)
    if answer is None or answer.state != AnswerState.UPLOADED:
        return
    if answer.kind == "file":
        await keep(db, scope, answer)
    else:
        answer.state = AnswerState.PROCESSED


async def media_refused(db: AsyncSession, event: MediaRefused) -> None:
    """A recording that is an answer cannot be used, or our work on it failed."""
    scope = Scope(event.org_id)
    answer = await queries.answer_of_recording(db, scope, event.recording_id)
    if answer is None:
        return
    recording = (await media.recordings(db, scope, [event.recording_id]))[event.recording_id]
    state = AnswerState.FAILED if event.again else AnswerState.NOT_SCORABLE
    await end(db, scope, answer, state, event.code, recording.reason or N_("The recording could not be read."))


async def transcript_ready(db: AsyncSession, event: TranscriptReady) -> None:
    """A recording has words."""
    scope = Scope(event.org_id)
    answer = await queries.answer_of_recording(db, scope, event.recording_id)
    if answer is not None and not AnswerState(answer.state).ended:
        await words_arrived(db, scope, answer, event.recording_id)


async def words_arrived(db: AsyncSession, scope: Scope, answer: AnswerRow, recording_id: UUID) -> None:
    """A recorded answer has words. The quality gate and the candidate's choice decide who may judge them."""
    session = await queries.session(db, scope, answer.session_id)
    transcript = await media.transcript(db, scope, recording_id)
    if session is None or transcript is None:
        return
    if not transcript.scorable:
        code, message = transcript.verdict_code or "not_scorable", transcript.verdict_message or ""
        await end(db, scope, answer, AnswerState.NOT_SCORABLE, code, message)
    elif session.human_only:
        await end(db, scope, answer, AnswerState.NEEDS_HUMAN, *PEOPLE_ONLY)
    else:
        answer.state = AnswerState.TRANSCRIBED
        answer.reason_code = answer.reason = None
        await publish(db, AnswerReady(org_id=scope.org_id, session_id=answer.session_id, answer_id=answer.id))


async def transcript_failed(db: AsyncSession, event: TranscriptFailed) -> None:
    """No recogniser could listen: a person has to."""
    scope = Scope(event.org_id)
    answer = await queries.answer_of_recording(db, scope, event.recording_id)
    if answer is not None and not AnswerState(answer.state).ended:
        await end(db, scope, answer, AnswerState.NEEDS_HUMAN, event.code, event.message)


async def end(db: AsyncSession, scope: Scope, answer: AnswerRow, state: AnswerState, code: str, message: str) -> None:
    """Ends an answer without an evaluation, with a reason that people read."""
    answer.state, answer.reason_code, answer.reason = state, code, message
    await publish(db, AnswerEnded(org_id=scope.org_id, session_id=answer.session_id, answer_id=answer.id))


async def keep(db: AsyncSession, scope: Scope, answer: AnswerRow) -> None:
    """Ends an answer that people read and nothing evaluates."""
    answer.state = AnswerState.KEPT
    answer.reason_code = answer.reason = None
    await publish(db, AnswerEnded(org_id=scope.org_id, session_id=answer.session_id, answer_id=answer.id))


async def answer_analysed(db: AsyncSession, scope: Scope, answer_id: UUID) -> bool:
    """The answer was evaluated. False when it no longer waits for that, or was erased; it stays locked either way."""
    answer = await queries.lock_answer(db, scope, answer_id)
    if answer is None or answer.state not in {AnswerState.TRANSCRIBED, AnswerState.FAILED}:
        return False
    answer.state = AnswerState.ANALYSED
    answer.reason_code = answer.reason = None
    return True


async def hold_answer(db: AsyncSession, scope: Scope, answer_id: UUID) -> bool:
    """Locks the answer until the transaction ends, so that it can be written about. False when it was erased."""
    return await queries.lock_answer(db, scope, answer_id) is not None


async def answer_scored(db: AsyncSession, scope: Scope, answer_id: UUID) -> None:
    """The answer's evaluation is part of a score."""
    answer = await queries.lock_answer(db, scope, answer_id)
    if answer is not None and answer.state == AnswerState.ANALYSED:
        answer.state = AnswerState.SCORED


async def answer_needs_human(db: AsyncSession, scope: Scope, answer_id: UUID, code: str, message: str) -> None:
    """No program may or can evaluate the answer."""
    answer = await queries.lock_answer(db, scope, answer_id)
    if answer is not None and not AnswerState(answer.state).ended:
        await end(db, scope, answer, AnswerState.NEEDS_HUMAN, code, message)


async def answer_failed(db: AsyncSession, scope: Scope, answer_id: UUID, code: str, message: str) -> None:
    """Our work on the answer failed for good; it can be run again."""
    answer = await queries.lock_answer(db, scope, answer_id)
    if answer is not None and not AnswerState(answer.state).ended:
        await end(db, scope, answer, AnswerState.FAILED, code, message)


async def session_scored(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """The session has its numbers."""
    row = await queries.lock_session(db, scope, session_id)
    if row is not None and SessionState(row.state).handed_in:
        row.state, row.state_reason, row.updated_at = SessionState.SCORED, None, clock.now()


async def session_needs_human(db: AsyncSession, scope: Scope, session_id: UUID, reason: str) -> None:
    """A person has to look before anything is decided; `reason` says why."""
    row = await queries.lock_session(db, scope, session_id)
    if row is not None and SessionState(row.state).handed_in:
        row.state, row.state_reason, row.updated_at = SessionState.NEEDS_HUMAN, reason, clock.now()


async def run_answer_again(db: AsyncSession, scope: Scope, answer_id: UUID) -> None:
    """Processes a failed answer again, from where it failed. AnswerNotFound; NothingToRepeat when it did not fail."""
    answer = await queries.lock_answer(db, scope, answer_id)
    if answer is None:
        raise AnswerNotFound(_("There is no such answer."))
    state = AnswerState(answer.state)
    repeatable = state is AnswerState.FAILED or answer.reason_code == "recogniser_unavailable"
    if not repeatable:
        raise NothingToRepeat(_("This answer did not fail, so there is nothing to run again."))
    answer.reason_code = answer.reason = None
    if answer.recording_id is not None and await media.run_again(db, scope, answer.recording_id):
        answer.state = AnswerState.UPLOADED
        return
    # The words are there: it was the evaluation that failed.
    answer.state = AnswerState.TRANSCRIBED
    await publish(db, AnswerReady(org_id=scope.org_id, session_id=answer.session_id, answer_id=answer.id))
