"""The room: which question is open, by whose clock, and the takes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import (
    ConsentMissing,
    NoTakesLeft,
    OpenedElsewhere,
    QuestionClosed,
    SessionNotFound,
    SessionOver,
)
from colloquy.contexts.sessions.events import SessionStarted
from colloquy.contexts.sessions.models import AnswerRow, SessionRow, TakeRow
from colloquy.contexts.sessions.policy import rules
from colloquy.contexts.sessions.policy.states import SessionState
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.ids import new_id

_SEAL = "sessions.upload"
UPLOADS = "/api/public/uploads"
_LOST = frozenset({media.RecordingState.REJECTED, media.RecordingState.FAILED})


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The question that may be answered now. `draft` is a typed answer that was kept but not sent."""

    question: interviews.Question
    of: int
    answer_id: UUID
    opened_at: datetime
    think_until: datetime
    takes_used: int
    draft: str


@dataclass(frozen=True, slots=True)
class TakeView:
    """A take that can be the answer, `recording` or `saved`. `upload_url` is None once all bytes are here."""

    id: UUID
    number: int
    state: str
    duration_seconds: float | None
    upload_url: str | None


@dataclass(frozen=True, slots=True)
class Room:
    """What the candidate's page shows."""

    session_id: UUID
    state: SessionState
    tab: str | None
    question: OpenQuestion | None
    takes: tuple[TakeView, ...]
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class NewTake:
    """A take that begins now."""

    id: UUID
    number: int
    upload_url: str
    expires_at: datetime
    must_stop_at: datetime


async def interview_of(db: AsyncSession, row: SessionRow) -> interviews.Interview:
    """The interview of a session."""
    found = await interviews.interview(db, Scope(row.org_id), row.interview_id)
    if found is None:
        raise SessionNotFound("This interview is not there any more.")
    return found


async def enter_room(db: AsyncSession, secret: Secret, row: SessionRow) -> Room:
    """Where the candidate is. Seeing a question for the first time opens it, and its think time runs."""
    scope, state = Scope(row.org_id), SessionState(row.state)
    if state is SessionState.OPENED:
        raise ConsentMissing("Read the notice and choose first; then the questions open.")
    interview = await interview_of(db, row)
    now = clock.now()
    if state is SessionState.CONSENTED:
        row.state, row.started_at, row.updated_at = SessionState.IN_PROGRESS, now, now
        await publish(db, SessionStarted(org_id=scope.org_id, session_id=row.id))
    answers = await queries.answers(db, scope, [row.id])
    current = next((answer for answer in answers if answer.submitted_at is None), None)
    answered = sum(answer.submitted_at is not None for answer in answers)
    if current is None or state.handed_in:
        return Room(row.id, SessionState(row.state), row.tab, None, (), answered, len(answers))
    if current.opened_at is None:
        current.opened_at = now
    question = next(question for question in interview.questions if question.id == current.question_id)
    takes = await queries.takes(db, scope, current.id)
    recordings = await media.recordings(db, scope, [take.recording_id for take in takes])
    opened = OpenQuestion(
        question=question,
        of=len(answers),
        answer_id=current.id,
        opened_at=current.opened_at,
        think_until=rules.think_until(current.opened_at, question.think_seconds),
        takes_used=_used(takes, recordings),
        draft=current.draft or "",
    )
    usable = [take for take in takes if recordings[take.recording_id].state not in _LOST]
    shown = tuple(_shown(secret, take, recordings[take.recording_id]) for take in usable)
    return Room(row.id, SessionState(row.state), row.tab, opened, shown, answered, len(answers))


def _used(takes: Sequence[TakeRow], recordings: dict[UUID, media.Recording]) -> int:
    """Takes that count. One that could not be used, through no will of the candidate's, is given back."""
    return sum(recordings[take.recording_id].state not in _LOST for take in takes)


def _shown(secret: Secret, take: TakeRow, recording: media.Recording) -> TakeView:
    receiving = recording.state is media.RecordingState.RECEIVING
    address = f"{UPLOADS}/{unseal_upload(secret, take)}" if receiving else None
    seconds = recording.duration_seconds or take.client_seconds
    return TakeView(take.id, take.number, "recording" if receiving else "saved", seconds, address)


def unseal_upload(secret: Secret, take: TakeRow) -> str:
    """The upload's id again, for the candidate whose take it is."""
    return secret.unseal(_SEAL, take.upload_sealed, take.org_id.bytes + take.id.bytes).decode()


def claim_tab(row: SessionRow, tab: str) -> None:
    """Gives the room to this tab: the newest wins, the others are told at their next step."""
    row.tab, row.updated_at = tab, clock.now()


def require_tab(row: SessionRow, tab: str | None) -> None:
    """OpenedElsewhere when another tab has the room. Clients without tabs send none."""
    if tab is not None and row.tab is not None and row.tab != tab:
        raise OpenedElsewhere("You have continued in another tab. Go on there, or continue here.")


def require_open(row: SessionRow) -> None:
    """SessionOver once the interview is handed in; ConsentMissing before the candidate agreed."""
    state = SessionState(row.state)
    if state.handed_in:
        raise SessionOver("The interview is handed in already. Nothing was changed.")
    if state is SessionState.OPENED:
        raise ConsentMissing("Read the notice and choose first; then the questions open.")


async def open_answer(db: AsyncSession, row: SessionRow, question_id: UUID) -> AnswerRow:
    """The answer to this question, which must be the open one. QuestionClosed otherwise."""
    answers = await queries.answers(db, Scope(row.org_id), [row.id])
    current = next((answer for answer in answers if answer.submitted_at is None), None)
    if current is None or current.question_id != question_id:
        raise QuestionClosed("This question is answered already, or not open yet.")
    return current


async def open_take(
    db: AsyncSession,
    secret: Secret,
    row: SessionRow,
    question_id: UUID,
    *,
    mime_type: str,
    declared_bytes: int | None,
) -> NewTake:
    """Begins a take of the open question: its upload is ready for the first bytes. NoTakesLeft."""
    scope = Scope(row.org_id)
    require_open(row)
    answer = await open_answer(db, row, question_id)
    interview = await interview_of(db, row)
    question = next(question for question in interview.questions if question.id == question_id)
    if question.kind is interviews.AnswerKind.TEXT:
        raise QuestionClosed("This question is answered in writing.")
    takes = await queries.takes(db, scope, answer.id)
    recordings = await media.recordings(db, scope, [take.recording_id for take in takes])
    if _used(takes, recordings) >= question.takes:
        raise NoTakesLeft("All takes are used. Choose one of them as your answer.")
    now = clock.now()
    limits = rules.take_limits(question.kind.value, question.answer_seconds, now)
    recording = await media.create_recording(
        db,
        scope,
        kind="video" if question.kind is interviews.AnswerKind.VIDEO else "audio",
        language=row.language,
        max_seconds=limits.max_seconds,
        max_bytes=limits.max_bytes,
        declared_type=mime_type,
        declared_bytes=declared_bytes,
    )
    take_id = new_id()
    sealed = secret.seal(_SEAL, recording.upload_id.encode(), scope.org_id.bytes + take_id.bytes)
    take = TakeRow(
        id=take_id,
        org_id=scope.org_id,
        answer_id=answer.id,
        number=len(takes) + 1,
        recording_id=recording.recording_id,
        upload_sealed=sealed,
        started_at=now,
        must_stop_at=limits.must_stop_at,
    )
    db.add(take)
    answer.state = "recording"
    if answer.opened_at is None:
        answer.opened_at = now
    await db.flush()
    address = f"{UPLOADS}/{recording.upload_id}"
    return NewTake(take.id, take.number, address, recording.expires_at, limits.must_stop_at)
