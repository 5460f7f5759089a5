"""What retention does by itself: tombstones outside the database, and exports of everything."""

from __future__ import annotations

from uuid import UUID

from colloquy.contexts.retention import public as retention
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.jobs import Job
from colloquy.kit.scratch import scratch
from colloquy.providers.storage.port import ObjectStore


async def write_tombstones(database: Database, secret: Secret, file: retention.TombstoneFile, *, org_id: UUID) -> None:
    """Writes what was erased to the file."""
    await retention.write_out(database, secret, file, Scope(org_id))


async def export(database: Database, store: ObjectStore, *, org_id: UUID, export_id: UUID) -> None:
    """Makes an archive of everything. A second run begins anew."""
    with scratch() as folder:
        await retention.make_export(database, store, Scope(org_id), export_id, folder)


async def export_gave_up(database: Database, *, org_id: UUID, export_id: UUID) -> None:
    """The last try went wrong."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await retention.export_failed(db, scope, export_id)


async def end_export(database: Database, *, org_id: UUID, export_id: UUID) -> None:
    """The day of an archive is over."""
    scope = Scope(org_id)
    async with database.begin(scope) as db:
        await retention.end_export(db, scope, export_id)


async def delete_export(store: ObjectStore, *, org_id: UUID, export_id: UUID) -> None:
    """Removes the file of an archive that nobody may fetch any more."""
    await store.delete(retention.export_key(Scope(org_id), export_id))


JOBS = (
    Job("retention.write_tombstones", write_tombstones, queue=retention.ERASURE_QUEUE),
    Job("retention.export", export, queue="render", gave_up=export_gave_up),
    Job("retention.end_export", end_export, queue=retention.ERASURE_QUEUE),
    Job("retention.delete_export", delete_export, queue=retention.ERASURE_QUEUE),
)
