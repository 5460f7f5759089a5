"""Writing the archive: a table at a time, a recording at a time, and never more than a piece of either in memory."""

from __future__ import annotations

import asyncio
import hashlib
import json
import zipfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from colloquy.contexts.retention.policy.taking_out import FORMAT, LEFT_OUT, VERSION
from colloquy.contexts.retention.queries import tenant as queries
from colloquy.contexts.retention.service import taking_out
from colloquy.kit import clock
from colloquy.kit.db import Database, Scope
from colloquy.providers.storage.port import ObjectMissing, ObjectStore

_BATCH_BYTES = 1 << 20


async def make(database: Database, store: ObjectStore, scope: Scope, export_id: UUID, folder: Path) -> None:
    """Makes the archive in `folder`, stores it encrypted, and says that it can be fetched."""
    async with database.begin(scope) as db:
        tables = await queries.tables(db)
        originals = await queries.originals(db, scope)
    if not await taking_out.begin(database, scope, export_id, len(tables) + len(originals) + 1):
        return
    target = folder / "export.zip"
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "organisation": str(scope.org_id),
        "made_at": clock.now().isoformat(),
        "tables": {},
        "media": {},
        "left_out": LEFT_OUT,
    }
    done = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for table in tables:
            async with database.begin(scope) as db:
                rows = queries.rows_of(db, scope, table)
                written = await _write(archive, f"rows/{table.name}.jsonl", _lines(rows), stored=False)
            manifest["tables"][table.name] = written | {"columns_left_out": list(table.left_out)}
            done += 1
            if not await taking_out.went_on(database, scope, export_id, done):
                return
        async with database.begin(scope) as db:
            people = await queries.people(db, scope)
        manifest["tables"]["people"] = await _write(archive, "rows/people.jsonl", _lines(_each(people)), stored=False)
        for recording_id, key in originals:
            try:
                manifest["media"][str(recording_id)] = await _write(
                    archive, f"media/{recording_id}", store.read(key), stored=True
                )
            except ObjectMissing:  # its time ended meanwhile; the entry that was begun is empty
                manifest["media"][str(recording_id)] = {"missing": True}
            done += 1
            if not await taking_out.went_on(database, scope, export_id, done):
                return
        archive.writestr("manifest.json", json.dumps(manifest, indent=2))
    size, digest = target.stat().st_size, await asyncio.to_thread(_sha256, target)
    await store.put_file(taking_out.key(scope, export_id), target)
    await taking_out.finish(database, store, scope, export_id, size=size, sha256=digest)


async def _write(archive: zipfile.ZipFile, name: str, pieces: AsyncIterator[bytes], *, stored: bool) -> dict[str, Any]:
    entry = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    digest, size, lines = hashlib.sha256(), 0, 0
    with archive.open(entry, "w", force_zip64=True) as file:
        async for piece in pieces:
            digest.update(piece)
            size += len(piece)
            lines += piece.count(b"\n")
            await asyncio.to_thread(file.write, piece)
    facts: dict[str, Any] = {"path": name, "bytes": size, "sha256": digest.hexdigest()}
    return facts if stored else facts | {"rows": lines}


async def _lines(rows: AsyncIterator[str]) -> AsyncIterator[bytes]:
    waiting: list[bytes] = []
    size = 0
    async for row in rows:
        waiting.append(row.encode() + b"\n")
        size += len(waiting[-1])
        if size >= _BATCH_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


async def _each(rows: Iterable[str]) -> AsyncIterator[str]:
    for row in rows:
        yield row


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
