"""Reading a whole upload: what it is, whether it can be used, what of it is kept.

Opens its own transactions, because none may stay open while ffmpeg and storage work.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path

from colloquy.contexts.media.errors import NoSound
from colloquy.contexts.media.policy.files import FileRefused, file_type
from colloquy.contexts.media.service import process, receive
from colloquy.contexts.media.service.scan import Scanned, ScanState, scan
from colloquy.kit.db import Database, Scope
from colloquy.providers.antivirus.port import Antivirus
from colloquy.providers.documents.port import Documents, Verdict
from colloquy.providers.storage.port import ObjectStore
from colloquy.providers.storage.spool import UploadMissing, UploadSpool
from colloquy.providers.transcoder.port import MediaFacts, MediaRejected, Transcoder


@dataclass(frozen=True, slots=True)
class Readers:
    """Whatever looks at bytes that strangers sent, in the order in which it does."""

    antivirus: Antivirus
    documents: Documents
    transcoder: Transcoder


async def examine(
    database: Database,
    spool: UploadSpool,
    store: ObjectStore,
    readers: Readers,
    scope: Scope,
    work: process.ToProcess,
    folder: Path,
) -> bool:
    """Stores the original and its sound and keeps what was found, or why it cannot be used. `folder` is scratch.

    False when the file waits for the scanner: nothing is stored then, and the upload still holds the only bytes.
    """
    original, wav = folder / "original", folder / "audio.wav"
    try:
        await spool.copy_to(receive.spool_name(work.recording_id), original)
    except UploadMissing:  # not a single byte was ever sent
        original.touch()
    scanned = await scan(readers.antivirus, original)
    if scanned.signature is not None:
        await store.put_file(process.key(scope, work.recording_id, "quarantine"), original)
        async with database.begin(scope) as db:
            await process.quarantined(db, scope, work.recording_id, scanned.signature)
        return True
    if work.kind == "file":
        return await _keep_file(database, store, readers.documents, scope, work, original, scanned)
    size = original.stat().st_size
    kept = False
    try:
        if size:
            await store.put_file(process.key(scope, work.recording_id, "original"), original)
            kept = True
        facts = await _facts_and_sound(readers.transcoder, original, wav, work.max_seconds)
        if work.needs_sound and not facts.has_audio:
            raise NoSound.of(work.source)
        if facts.has_audio:
            await store.put_file(process.key(scope, work.recording_id, "audio"), wav)
    except MediaRejected as why:
        async with database.begin(scope) as db:
            await process.refused(db, scope, work.recording_id, why.code, why.message, kept=kept)
        return True
    digest = await asyncio.to_thread(_sha256, original)
    async with database.begin(scope) as db:
        await process.processed(
            db, scope, work.recording_id, facts=facts, sha256=digest, size=size, scan=scanned.state.value
        )
    return True


async def _keep_file(
    database: Database,
    store: ObjectStore,
    documents: Documents,
    scope: Scope,
    work: process.ToProcess,
    original: Path,
    scanned: Scanned,
) -> bool:
    """A file that people open as it is: what could not be scanned is not taken, for it would be served so."""
    if scanned.state is ScanState.AWAY:
        async with database.begin(scope) as db:
            await process.wait_for_scan(db, scope, work.recording_id)
        return False
    if scanned.state is ScanState.TOO_LARGE:
        verdict = Verdict(refused="too_large_to_scan")
    else:
        verdict = await documents.inspect(original, work.file_name or "")
    try:
        found = file_type(verdict)
    except FileRefused as why:
        async with database.begin(scope) as db:
            await process.refused(db, scope, work.recording_id, why.reason, why.message, kept=False)
        return True
    stored = await store.put_file(process.key(scope, work.recording_id, "original"), original)
    async with database.begin(scope) as db:
        await process.file_processed(
            db,
            scope,
            work.recording_id,
            found=found,
            sha256=stored.sha256.hex(),
            size=stored.size,
            facts={"scan": scanned.state.value, "flags": list(verdict.flags)},
        )
    return True


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
