"""The end of the time: the server hands in what is there, or says that the interview has expired.

Jobs wait until the moment, look again, and put themselves off when the end was moved or bytes are still arriving.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.events import SessionExpired
from colloquy.contexts.sessions.models import AnswerRow, SessionRow, TakeRow
from colloquy.contexts.sessions.policy import rules
from colloquy.contexts.sessions.policy.states import TIME_OVER, SessionState
from colloquy.contexts.sessions.policy.values import VALUED, checked_value
from colloquy.contexts.sessions.service import hand_in, submit
from colloquy.contexts.sessions.service.place import Place, place
from colloquy.contexts.sessions.service.takes import OwnTake
from colloquy.kit import clock
from colloquy.kit.db import Database, Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.events import publish
from colloquy.kit.i18n import N_
from colloquy.kit.jobs import enqueue
from colloquy.providers.storage.spool import UploadSpool

_LOOK_AGAIN = timedelta(seconds=30)
_LOST = frozenset({media.RecordingState.REJECTED, media.RecordingState.FAILED})


async def expire_at(db: AsyncSession, row: SessionRow, at: datetime) -> None:
    """Notes until when the candidate may answer, and has the session looked at then."""
    row.expires_at = at
    await enqueue(db, "sessions.expire", at=at + rules.ARRIVAL_GRACE, org_id=row.org_id, session_id=row.id)


async def end_time(database: Database, spool: UploadSpool, scope: Scope, session_id: UUID) -> None:
    """Hands in a session whose time is over, with what was saved until then.

    Takes that were begun in time and are still arriving are waited for; after ARRIVAL_GRACE what has arrived of them
    is the answer.
    """
    async with database.begin(scope) as db:
        row = await queries.lock_session(db, scope, session_id)
        if row is None or row.must_end_at is None or SessionState(row.state) is not SessionState.IN_PROGRESS:
            return
        ends_at = row.must_end_at + rules.CLOCK_GRACE
        if clock.now() < ends_at:
            await _look_again(db, row, ends_at)
            return
        arriving = await _arriving(db, row)
        if arriving and clock.now() < row.must_end_at + rules.ARRIVAL_GRACE:
            await _look_again(db, row, clock.now() + _LOOK_AGAIN)
            return
    for recording_id in arriving:
        await _cut_short(database, spool, scope, recording_id)
    async with database.begin(scope) as db:
        row = await queries.lock_session(db, scope, session_id)
        if row is not None and SessionState(row.state) is SessionState.IN_PROGRESS:
            await hand_in_what_is_there(db, row)


async def _look_again(db: AsyncSession, row: SessionRow, at: datetime) -> None:
    await enqueue(db, "sessions.end_time", at=at, org_id=row.org_id, session_id=row.id)


async def _arriving(db: AsyncSession, row: SessionRow) -> list[UUID]:
    """The recordings of open questions whose bytes are still on their way."""
    scope = Scope(row.org_id)
    open_answers = {answer.id for answer in await queries.answers(db, scope, [row.id]) if answer.submitted_at is None}
    takes = [take for take in await queries.takes_of(db, scope, row.id) if take.answer_id in open_answers]
    recordings = await media.recordings(db, scope, [take.recording_id for take in takes])
    return [
        take.recording_id for take in takes if recordings[take.recording_id].state is media.RecordingState.RECEIVING
    ]


async def _cut_short(database: Database, spool: UploadSpool, scope: Scope, recording_id: UUID) -> None:
    """Makes a recording whole with the bytes that are here: the beginning of an answer is better than none."""
    received = await media.durable_bytes(spool, recording_id)
    async with database.begin(scope) as db:
        if not received:
            reason = N_("Nothing of this take had arrived when the time was over.")
            await media.give_up(db, scope, recording_id, "upload_not_finished", reason)
            return
        await media.declare_length(db, scope, recording_id, received)
    await media.finish_if_whole(database, spool, scope, recording_id)


async def hand_in_what_is_there(db: AsyncSession, row: SessionRow) -> None:
    """The last saved take, the words or the choice kept as a draft: each open question gets what there is of it."""
    # One at a time, because an answer may put further questions on the path, or end the interview by a rule.
    for _turn in range(interviews.MAX_QUESTIONS):
        await db.flush()
        found = await place(db, row)
        waiting = [question for question in found.course.remaining if found.answers[question.id].submitted_at is None]
        if not waiting:
            break
        await _use_best(db, found, waiting[0])
    found = await place(db, row)
    if found.course.ended_by is not None:
        row.knocked_out_by = found.course.ended_by.id
    await hand_in.finish(db, found, TIME_OVER)


async def _use_best(db: AsyncSession, found: Place, question: interviews.Question) -> None:
    answer = found.answers[question.id]
    take = await _last_saved(db, found, answer)
    if take is not None:
        await submit.use_take(db, found, take)
    elif question.kind in VALUED and (value := _draft_value(question, answer)) is not None:
        await submit.use_value(db, found, answer, value)
    elif (answer.draft or "").strip():
        await submit.use_text(db, found, answer, answer.draft or "")
    else:
        await submit.leave_out(db, found, answer, TIME_OVER)


def _draft_value(question: interviews.Question, answer: AnswerRow) -> object | None:
    if answer.draft_value is None:
        return None
    try:
        return checked_value(question, answer.draft_value)
    except Malformed:
        return None


async def _last_saved(db: AsyncSession, found: Place, answer: AnswerRow) -> OwnTake | None:
    takes: list[TakeRow] = list(await queries.takes(db, found.scope, answer.id))
    recordings = await media.recordings(db, found.scope, [take.recording_id for take in takes])
    for take in reversed(takes):
        recording = recordings[take.recording_id]
        if recording.state not in _LOST and recording.state is not media.RecordingState.RECEIVING:
            return OwnTake(take, answer, recording)
    return None


async def expire(db: AsyncSession, scope: Scope, session_id: UUID) -> None:
    """Ends a session whose time to answer is over. One that lacks nothing but the last press is handed in instead."""
    row = await queries.lock_session(db, scope, session_id)
    if row is None or row.expires_at is None or SessionState(row.state).over:
        return
    ends_at = row.expires_at
    if clock.now() < ends_at:
        # Given more time since: that has a look of its own, and one too many does nothing.
        return
    found = await place(db, row)
    if row.state == SessionState.IN_PROGRESS and not found.course.required and found.course.answered:
        await hand_in.finish(db, found, TIME_OVER)
        return
    row.state, row.updated_at = SessionState.EXPIRED, clock.now()
    row.state_reason = N_("The time to answer was over before the interview was handed in.")
    await publish(db, SessionExpired(org_id=scope.org_id, session_id=row.id))
