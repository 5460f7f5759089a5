"""Reading a whole upload: what it is, whether it can be used, what of it is kept.

Opens its own transactions, because none may stay open while ffmpeg and storage work.
"""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from colloquy.contexts.media.errors import NoSound
from colloquy.contexts.media.policy.files import file_type
from colloquy.contexts.media.service import process, receive
from colloquy.kit.db import Database, Scope
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.storage.spool import UploadMissing, UploadSpool
from colloquy.providers.transcoder.port import MediaFacts, MediaRejected, Transcoder


async def examine(
    database: Database,
    spool: UploadSpool,
    store: ObjectStore,
    transcoder: Transcoder,
    scope: Scope,
    work: process.ToProcess,
    folder: Path,
) -> None:
    """Stores the original and its sound and keeps what was found, or why it cannot be used. `folder` is scratch."""
    original, wav = folder / "original", folder / "audio.wav"
    try:
        await spool.copy_to(receive.spool_name(work.recording_id), original)
    except UploadMissing:  # not a single byte was ever sent
        original.touch()
    if work.kind == "file":
        await _keep_file(database, store, scope, work, original)
        return
    size = original.stat().st_size
    kept = False
    try:
        if size:
            await store.put_file(process.key(scope, work.recording_id, "original"), original)
            kept = True
        facts = await _facts_and_sound(transcoder, original, wav, work.max_seconds)
        if work.needs_sound and not facts.has_audio:
            raise NoSound.of(work.source)
        if facts.has_audio:
            await store.put_file(process.key(scope, work.recording_id, "audio"), wav)
    except MediaRejected as why:
        async with database.begin(scope) as db:
            await process.refused(db, scope, work.recording_id, why, kept)
        return
    digest = await asyncio.to_thread(_sha256, original)
    async with database.begin(scope) as db:
        await process.processed(
            db, scope, work.recording_id, facts=facts, sha256=digest, size=size, has_audio=facts.has_audio
        )


async def _keep_file(
    database: Database, store: ObjectStore, scope: Scope, work: process.ToProcess, original: Path
) -> None:
    try:
        found = await asyncio.to_thread(file_type, original, work.file_name or "")
    except MediaRejected as why:
        async with database.begin(scope) as db:
            await process.refused(db, scope, work.recording_id, why, kept=False)
        return
    stored = await store.put_file(process.key(scope, work.recording_id, "original"), original)
    async with database.begin(scope) as db:
        await process.file_processed(
            db, scope, work.recording_id, found=found, sha256=stored.sha256.hex(), size=stored.size
        )


async def _facts_and_sound(transcoder: Transcoder, original: Path, wav: Path, max_seconds: float) -> MediaFacts:
    """Finds the facts while the sound is being taken out already: one after the other, the candidate's report
    would wait a third longer. A refusal ends the sound's process, which is bounded whatever the file is.
    """
    sound = asyncio.create_task(transcoder.extract_audio(original, wav))
    try:
        facts = await transcoder.inspect(original, max_seconds=max_seconds)
        if facts.has_audio:
            await sound
        return facts
    finally:
        sound.cancel()
        await asyncio.gather(sound, return_exceptions=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
