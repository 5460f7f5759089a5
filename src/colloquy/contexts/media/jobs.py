"""Background work on recordings. No transaction is open while ffmpeg, storage or a recogniser works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

from colloquy.contexts.media.service import arrive, erase, examine, process, receive, transcribe
from colloquy.kit.db import Database, Scope
from colloquy.kit.jobs import Job
from colloquy.kit.scratch import scratch
from colloquy.providers.antivirus.port import Antivirus
from colloquy.providers.documents.port import Documents
from colloquy.providers.speech.port import SpeechRefused, SpeechToText, Transcript
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.storage.spool import UploadSpool
from colloquy.providers.transcoder.port import MediaFacts, Playback, Transcoder

_PROGRESS_SECONDS = 2.0
_THUMBNAIL_AT = 0.25
"""Where in a video the still picture is taken: people look up from the button by a quarter of the answer."""


async def process_recording(
    database: Database,
    spool: UploadSpool,
    store: ObjectStore,
    transcoder: Transcoder,
    documents: Documents,
    antivirus: Antivirus,
    *,
    org_id: UUID,
    recording_id: UUID,
) -> None:
    """Reads a whole upload: has it scanned, stores the original, finds the facts, takes out the sound."""
    readers = examine.Readers(antivirus, documents, transcoder)
    scope = Scope(org_id)
    async with erase.erasable(database, store, spool, scope, recording_id):
        async with database.begin(scope) as db:
            work = await process.begin_processing(db, scope, recording_id)
        if work is not None:
            with scratch() as folder:
                if not await examine.examine(database, spool, store, readers, scope, work, folder):
                    return
        # Only now: the row says that the stored object is the truth from here on.
        await spool.delete(receive.spool_name(recording_id))


async def processing_gave_up(database: Database, *, org_id: UUID, recording_id: UUID, reason: str) -> None:
    """The last try ended badly: the recording says so and can be run again."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await process.failed(db, scope, recording_id, reason)


async def render_recording(
    database: Database,
    spool: UploadSpool,
    store: ObjectStore,
    transcoder: Transcoder,
    *,
    org_id: UUID,
    recording_id: UUID,
) -> None:
    """Makes what people look at: a file that plays and seeks everywhere, a still picture, a waveform."""
    scope = Scope(org_id)
    async with erase.erasable(database, store, spool, scope, recording_id):
        async with database.begin(scope) as db:
            work = await process.to_render(db, scope, recording_id)
        if work is not None:
            await _render(database, store, transcoder, scope, recording_id, work)


async def _render(
    database: Database,
    store: ObjectStore,
    transcoder: Transcoder,
    scope: Scope,
    recording_id: UUID,
    work: process.ToRender,
) -> None:
    with scratch() as folder:
        original, target = folder / "original", folder / "playback.mp4"
        await _fetch(store, work.original_key, original)
        async with _reporting(database, scope, recording_id) as report:
            playback = await transcoder.normalise(original, work.facts, target, progress=report)
        await store.put_file(process.key(scope, recording_id, "playback"), playback.path)
        thumbnail = await _still_picture(store, transcoder, scope, recording_id, folder, work.facts, playback)
        waveform: list[int] = []
        if work.audio_key is not None:
            await _fetch(store, work.audio_key, folder / "audio.wav")
            waveform = await asyncio.to_thread(transcoder.waveform, folder / "audio.wav")
    async with database.begin(scope) as db:
        await process.rendered(db, scope, recording_id, playback=playback, waveform=waveform, thumbnail=thumbnail)


async def _still_picture(
    store: ObjectStore,
    transcoder: Transcoder,
    scope: Scope,
    recording_id: UUID,
    folder: Path,
    facts: MediaFacts,
    playback: Playback,
) -> bool:
    if facts.kind != "video":
        return False
    picture = folder / "thumbnail.jpg"
    await transcoder.thumbnail(playback.path, picture, facts.duration_seconds * _THUMBNAIL_AT)
    await store.put_file(process.key(scope, recording_id, "thumbnail"), picture)
    return True


@asynccontextmanager
async def _reporting(database: Database, scope: Scope, recording_id: UUID) -> AsyncIterator[Callable[[float], None]]:
    """Gives a callback for a share from 0 to 1 and writes what it was last told every two seconds."""
    latest = 0.0

    def report(share: float) -> None:
        nonlocal latest
        latest = share

    async def write() -> None:
        while True:
            await asyncio.sleep(_PROGRESS_SECONDS)
            async with database.begin(scope) as db:
                await process.render_progress(db, scope, recording_id, latest)

    writer = asyncio.create_task(write())
    try:
        yield report
    finally:
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer


async def _fetch(store: ObjectStore, key: str, target: Path) -> None:
    with target.open("wb") as file:
        async for piece in store.read(key):
            await asyncio.to_thread(file.write, piece)


async def transcribe_recording(
    database: Database,
    spool: UploadSpool,
    store: ObjectStore,
    speech: SpeechToText,
    *,
    org_id: UUID,
    recording_id: UUID,
) -> None:
    """Makes the transcript. A recogniser that refuses ends it; one that is away is tried again."""
    scope = Scope(org_id)
    async with erase.erasable(database, store, spool, scope, recording_id):
        await _transcribe(database, store, speech, scope, recording_id)


async def _transcribe(
    database: Database, store: ObjectStore, speech: SpeechToText, scope: Scope, recording_id: UUID
) -> None:
    async with database.begin(scope) as db:
        work = await transcribe.to_transcribe(db, scope, recording_id)
    if work is None:
        return
    try:
        transcript = await _listen(store, speech, work)
    except SpeechRefused as why:
        async with database.begin(scope) as db:
            await transcribe.transcript_failed(db, scope, recording_id, why.code, why.message)
        return
    async with database.begin(scope) as db:
        await transcribe.save_transcript(db, scope, recording_id, transcript)


async def _listen(store: ObjectStore, speech: SpeechToText, work: transcribe.ToTranscribe) -> Transcript:
    if work.audio_key is None:
        return Transcript(
            text="",
            words=(),
            language=work.language,
            recogniser="none:no-sound-track",
            confidence=None,
            speech_seconds=0.0,
            audio_seconds=0.0,
            low_accuracy=False,
        )
    with scratch() as folder:
        wav = folder / "audio.wav"
        await _fetch(store, work.audio_key, wav)
        return await speech.transcribe(wav, language=work.language)


async def transcription_gave_up(database: Database, *, org_id: UUID, recording_id: UUID, reason: str) -> None:
    """The recogniser stayed away: a person decides, and the work can be run again."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await transcribe.transcript_failed(db, scope, recording_id, "recogniser_unavailable", reason)


async def end_upload(
    database: Database, spool: UploadSpool, store: ObjectStore, *, org_id: UUID, recording_id: UUID
) -> None:
    """After 48 hours: an upload that is whole but was never noticed is finished, any other is given up."""
    scope = Scope(org_id)
    async with erase.erasable(database, store, spool, scope, recording_id):
        if await arrive.finish_if_whole(database, spool, scope, recording_id):
            return
        async with database.begin(scope) as db:
            ended = await receive.give_up(
                db, scope, recording_id, "upload_not_finished", "The upload was not finished within 48 hours."
            )
        if ended:
            await spool.delete(receive.spool_name(recording_id))


async def erase_recording(
    database: Database, spool: UploadSpool, store: ObjectStore, *, org_id: UUID, recording_id: UUID
) -> None:
    """Removes the files of a recording that was erased."""
    await erase.erase_files(database, store, spool, Scope(org_id), recording_id)


JOBS = (
    Job("media.process", process_recording, gave_up=processing_gave_up),
    Job("media.render", render_recording, queue=process.RENDER_QUEUE),
    Job("media.transcribe", transcribe_recording, queue=transcribe.QUEUE, gave_up=transcription_gave_up),
    Job("media.end_upload", end_upload),
    Job("media.erase", erase_recording, queue=erase.QUEUE),
)
