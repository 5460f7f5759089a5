"""Takes: begun on the server's clock, counted by the server, ended once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.interviews import public as interviews
from colloquy.contexts.media import public as media
from colloquy.contexts.sessions import queries
from colloquy.contexts.sessions.errors import AnswerNotFound, NoTakesLeft, QuestionClosed
from colloquy.contexts.sessions.models import AnswerRow, KeyRow, SessionRow, TakeRow
from colloquy.contexts.sessions.policy import rules
from colloquy.contexts.sessions.policy.terms import Terms
from colloquy.contexts.sessions.service.place import Place, open_question, place, require_open
from colloquy.contexts.sessions.service.room import seal_upload, takes_used, upload_address
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Wanted:
    """A take that somebody wants to begin. `request_id` makes asking again harmless."""

    question_id: UUID
    mime_type: str = ""
    source: Literal["camera", "screen", "upload"] = "camera"
    file_name: str | None = None
    declared_bytes: int | None = None
    request_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewTake:
    """A take that begins now. `must_stop_at` is None for files, which have no length in time."""

    id: UUID
    number: int
    upload_url: str
    must_stop_at: datetime | None


async def open_take(
    db: AsyncSession, secret: Secret, row: SessionRow, wanted: Wanted, key: KeyRow | None = None
) -> NewTake:
    """Begins a take of the open question: its upload is ready for the first bytes. NoTakesLeft, QuestionClosed.

    The same request again is the same take, whatever has happened since.
    """
    scope = Scope(row.org_id)
    require_open(row)
    found = await place(db, row)
    question = found.question(wanted.question_id)
    answer, terms = found.answers[question.id], found.terms(question)
    if wanted.request_id is not None:
        before = await queries.take_by_request(db, scope, answer.id, wanted.request_id)
        if before is not None:
            return NewTake(before.id, before.number, upload_address(secret, before), before.must_stop_at)
    _require_recordable(question, terms, wanted)
    await open_question(db, found, question.id)
    takes = await queries.takes(db, scope, answer.id)
    recordings = await media.recordings(db, scope, [take.recording_id for take in takes])
    if takes_used(takes, recordings) >= terms.takes:
        raise NoTakesLeft(_("All takes are used. Choose one of them as your answer."))
    return await _begin(db, secret, found, answer, terms, wanted, key, number=len(takes) + 1)


def _require_recordable(question: interviews.Question, terms: Terms, wanted: Wanted) -> None:
    if not (terms.kind.recorded or terms.kind is interviews.AnswerKind.FILE):
        raise QuestionClosed(_("This question is not answered by recording."))
    if terms.kind is interviews.AnswerKind.FILE:
        return
    if wanted.source == "upload" and not question.upload_allowed:
        raise QuestionClosed(_("This question is answered by recording here, not by uploading a file."))
    if wanted.source == "screen" and question.source is not interviews.VideoSource.SCREEN:
        raise QuestionClosed(_("This question does not ask for your screen."))


def _recording_kind(kind: interviews.AnswerKind) -> Literal["video", "audio", "file"]:
    if kind is interviews.AnswerKind.FILE:
        return "file"
    return "audio" if kind is interviews.AnswerKind.AUDIO else "video"


async def _begin(
    db: AsyncSession,
    secret: Secret,
    found: Place,
    answer: AnswerRow,
    terms: Terms,
    wanted: Wanted,
    key: KeyRow | None,
    *,
    number: int,
) -> NewTake:
    scope, now, take_id = found.scope, clock.now(), new_id()
    kind = _recording_kind(terms.kind)
    limits = rules.take_limits(kind, terms.answer_seconds, now)
    must_stop_at = None if kind == "file" or wanted.source == "upload" else limits.must_stop_at
    recording = await media.create_recording(
        db,
        scope,
        kind=kind,
        language=found.row.language,
        max_seconds=limits.max_seconds,
        max_bytes=limits.max_bytes,
        declared_type=wanted.mime_type,
        declared_bytes=wanted.declared_bytes,
        file_name=wanted.file_name,
        source=wanted.source,
        # Who brings captions may have nothing to be heard: a signed answer, for instance.
        needs_sound=not terms.captions_allowed,
        session_id=found.row.id,
    )
    think_until = rules.think_until(answer.opened_at or now, terms.think_seconds)
    timed = number == 1 and terms.kind.recorded and terms.think_seconds > 0
    take = TakeRow(
        id=take_id,
        org_id=scope.org_id,
        answer_id=answer.id,
        number=number,
        recording_id=recording.recording_id,
        upload_sealed=seal_upload(secret, take_id, scope, recording.upload_id),
        started_at=now,
        must_stop_at=must_stop_at,
        request_id=wanted.request_id,
        source=wanted.source,
        key_id=key.id if key else None,
        late_seconds=rules.late_seconds(think_until, now, timed=timed),
    )
    db.add(take)
    answer.state = "recording"
    await db.flush()
    return NewTake(take.id, take.number, upload_address(secret, take), must_stop_at)


@dataclass(frozen=True, slots=True)
class OwnTake:
    """A take of this candidate, with its recording."""

    take: TakeRow
    answer: AnswerRow
    recording: media.Recording


async def own_take(db: AsyncSession, row: SessionRow, take_id: UUID) -> OwnTake:
    """The candidate's own take. AnswerNotFound for anybody else's."""
    scope = Scope(row.org_id)
    take = await queries.take(db, scope, take_id)
    answer = None if take is None else await queries.lock_answer(db, scope, take.answer_id)
    if take is None or answer is None or answer.session_id != row.id:
        raise AnswerNotFound(_("There is no such take in this interview."))
    recording = (await media.recordings(db, scope, [take.recording_id]))[take.recording_id]
    return OwnTake(take, answer, recording)


async def stop_take(db: AsyncSession, row: SessionRow, take_id: UUID, seconds: float) -> OwnTake:
    """Notes that the take has ended and how long the browser says it was. Saying it again changes nothing."""
    own = await own_take(db, row, take_id)
    if own.take.stopped_at is None:
        own.take.stopped_at, own.take.client_seconds = clock.now(), seconds
    return own


async def bring_captions(
    db: AsyncSession, row: SessionRow, take_id: UUID, text: str, form: Literal["vtt", "srt", "txt"]
) -> None:
    """Keeps the candidate's own captions for a take: they stand for the recogniser's words. QuestionClosed when not
    granted, Malformed when they cannot be read.
    """
    require_open(row, arriving=True)
    own = await own_take(db, row, take_id)
    found = await place(db, row)
    if not found.terms(found.question(own.answer.question_id)).captions_allowed:
        raise QuestionClosed(_("Captions of your own were not arranged for this interview. Ask the company."))
    if own.answer.submitted_at is not None:
        raise QuestionClosed(_("This question is answered already."))
    await media.give_captions(db, Scope(row.org_id), own.recording.id, text, form)
