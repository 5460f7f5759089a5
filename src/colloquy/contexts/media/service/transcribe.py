"""Transcripts: asked for once, made by whichever recogniser is configured, judged before anyone relies on them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.media import queries
from colloquy.contexts.media.errors import CaptionsNotPossible, RecordingNotFound
from colloquy.contexts.media.events import TranscriptFailed, TranscriptReady
from colloquy.contexts.media.models import RecordingRow, TranscriptRow
from colloquy.contexts.media.policy.brought import CaptionFormat, transcript_of
from colloquy.contexts.media.policy.quality import QualityVerdict, judge_transcript
from colloquy.contexts.privacy import public as privacy
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.kit.events import publish
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _
from colloquy.kit.jobs import enqueue
from colloquy.providers.speech.port import Transcript, to_json, transcript_hash

NO_CONSENT = ("no_consent", N_("There is no consent to being recorded, so nothing was written down."))
QUEUE = "speech"
"""Speech takes minutes and all of a core: it has a queue of its own, so nothing else waits behind it."""


@dataclass(frozen=True, slots=True)
class ToTranscribe:
    """A recording whose transcript is wanted. `audio_key` is None when it has no sound track."""

    audio_key: str | None
    language: str


async def request_transcript(db: AsyncSession, scope: Scope, recording_id: UUID) -> None:
    """Asks for the transcript; asking again changes nothing. It is made as soon as the sound is there.

    A file has no sound, and a recording with the candidate's own captions has its words already: nothing is made.
    """
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None:
        raise RecordingNotFound(_("There is no such recording."))
    if row.transcript_state != "none" or row.kind == "file" or row.files_gone_at is not None:
        return
    row.transcript_state = "requested"
    if row.state == "processed":
        await enqueue(db, "media.transcribe", queue=QUEUE, org_id=scope.org_id, recording_id=recording_id)


async def to_transcribe(db: AsyncSession, scope: Scope, recording_id: UUID) -> ToTranscribe | None:
    """What the recogniser needs; None when an earlier run was faster or the recording is gone.

    Hearing is part of what consent to being recorded covers. Without it nobody hears, and the transcript has failed.
    """
    row = await queries.recording(db, scope, recording_id)
    if row is None or row.transcript_state != "requested" or row.state != "processed" or row.files_gone_at is not None:
        return None
    if row.session_id is not None and not (await privacy.consent(db, scope, row.session_id)).record:
        await transcript_failed(db, scope, recording_id, *NO_CONSENT)
        return None
    return ToTranscribe(row.audio_key, row.language)


async def save_transcript(db: AsyncSession, scope: Scope, recording_id: UUID, transcript: Transcript) -> None:
    """Keeps a new version of the transcript with its verdict, and announces it."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None or row.transcript_state != "requested":
        return
    await _keep(db, scope, row, transcript, judge_transcript(transcript, expected_language=row.language))


async def give_captions(db: AsyncSession, scope: Scope, recording_id: UUID, text: str, form: CaptionFormat) -> None:
    """Makes captions that the candidate brings the transcript, in place of any recogniser's.

    They pass the quality gate: it doubts recognisers, and nobody misheard here. The same captions again change nothing,
    others become the next version. RecordingNotFound; CaptionsNotPossible; Malformed with what is wrong and where.
    """
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None:
        raise RecordingNotFound(_("There is no such recording."))
    if row.kind == "file":
        raise CaptionsNotPossible(_("Captions belong to a recording, and this is a file."))
    if row.state == "rejected":
        raise CaptionsNotPossible(_("This recording cannot be used. Record the answer again, then send its captions."))
    transcript = transcript_of(text, form, language=row.language, seconds=row.duration_seconds)
    newest = await queries.transcript(db, scope, recording_id)
    if newest is None or newest.hash != transcript_hash(transcript):
        await _keep(db, scope, row, transcript, QualityVerdict(scorable=True))


async def _keep(
    db: AsyncSession, scope: Scope, row: RecordingRow, transcript: Transcript, verdict: QualityVerdict
) -> None:
    row.transcript_version += 1
    row.transcript_state = "ready" if verdict.scorable else "not_scorable"
    db.add(
        TranscriptRow(
            recording_id=row.id,
            org_id=scope.org_id,
            version=row.transcript_version,
            document=to_json(transcript),
            hash=transcript_hash(transcript),
            verdict_code=verdict.code,
            verdict_message=verdict.message,
            made_at=clock.now(),
        )
    )
    ready = TranscriptReady(org_id=scope.org_id, recording_id=row.id, scorable=verdict.scorable)
    await publish(db, ready)


async def transcript_failed(db: AsyncSession, scope: Scope, recording_id: UUID, code: str, message: str) -> None:
    """No transcript can be had. The recording stays, and a person can listen to it."""
    row = await queries.lock_recording(db, scope, recording_id)
    if row is None or row.transcript_state != "requested":
        return
    row.transcript_state = "failed"
    await publish(
        db, TranscriptFailed(org_id=scope.org_id, recording_id=recording_id, code=code, message=message[:500])
    )
