"""Exports of everything an organisation has: asked for, made in the background, fetched within a day, deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.public import Actor, Permission
from colloquy.contexts.retention.errors import ExportNotFound, ExportUnderWay
from colloquy.contexts.retention.models import ExportRow
from colloquy.contexts.retention.policy.taking_out import HOURS
from colloquy.contexts.retention.queries import tenant as queries
from colloquy.kit import clock
from colloquy.kit.db import Database, Scope
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id
from colloquy.kit.jobs import enqueue
from colloquy.providers.storage.port import ObjectStore

QUEUE = "render"
"""It takes as long as videos do, and nobody's answer may wait behind it."""
ERASED = N_("A candidate was erased since. Make a new one, which does not have them.")
OVER = N_("Its day is over.")
FAILED = N_("It could not be made. Try again; the operator finds the reason among the failed work.")


@dataclass(frozen=True, slots=True)
class Export:
    """An archive: how far it is, and while it can be fetched where it lies."""

    id: UUID
    state: str
    reason: str | None
    created_at: datetime
    parts_done: int
    parts: int
    ready_at: datetime | None
    expires_at: datetime | None
    object_key: str | None
    bytes: int | None
    sha256: str | None


async def start(db: AsyncSession, actor: Actor) -> Export:
    """Has an archive made. Forbidden; ExportUnderWay while one is being made."""
    actor.require(Permission.PRIVACY_MANAGE)
    if await queries.exports(db, actor.scope, states=("queued", "working")):
        raise ExportUnderWay(_("An export is being made already. Wait for it."))
    row = ExportRow(
        id=new_id(), org_id=actor.scope.org_id, state="queued", made_by=actor.person_id, created_at=clock.now()
    )
    db.add(row)
    await db.flush()
    await enqueue(db, "retention.export", queue=QUEUE, org_id=actor.scope.org_id, export_id=row.id)
    return _export(row)


async def exports(db: AsyncSession, actor: Actor) -> list[Export]:
    """The archives of the last time, the newest first. Forbidden."""
    actor.require(Permission.PRIVACY_MANAGE)
    return [_export(row) for row in await queries.exports(db, actor.scope)]


async def ready(db: AsyncSession, actor: Actor, export_id: UUID) -> Export:
    """An archive that can be fetched now. Forbidden, ExportNotFound."""
    actor.require(Permission.PRIVACY_MANAGE)
    row = await queries.export(db, actor.scope, export_id)
    over = row is not None and row.expires_at is not None and row.expires_at <= clock.now()
    if row is None or row.state != "ready" or over:
        raise ExportNotFound(_("There is no such export, or its day is over."))
    return _export(row)


async def withdraw_exports(db: AsyncSession, scope: Scope) -> int:
    """A candidate was erased: archives that have them are deleted, and one that is being made is thrown away."""
    rows = await queries.exports(db, scope, states=("queued", "working", "ready"))
    for row in rows:
        await _end(db, row, ERASED)
    return len(rows)


async def end_export(db: AsyncSession, scope: Scope, export_id: UUID) -> None:
    """Its day is over: it is deleted."""
    row = await queries.export(db, scope, export_id, lock=True)
    if row is not None and row.state == "ready":
        await _end(db, row, OVER)


async def end_old_exports(db: AsyncSession, scope: Scope) -> None:
    """Deletes what a lost job left."""
    for row in await queries.exports(db, scope, states=("ready",)):
        if row.expires_at is not None and row.expires_at <= clock.now():
            await _end(db, row, OVER)


async def _end(db: AsyncSession, row: ExportRow, reason: str) -> None:
    row.state, row.reason, row.object_key = "gone", reason, None
    await db.flush()
    await enqueue(db, "retention.delete_export", queue="erasure", org_id=row.org_id, export_id=row.id)


async def begin(database: Database, scope: Scope, export_id: UUID, parts: int) -> bool:
    """Whether it is to be made, of so many parts."""
    async with database.begin(scope) as db:
        row = await queries.export(db, scope, export_id, lock=True)
        if row is None or row.state not in {"queued", "working"}:
            return False
        row.state, row.parts, row.parts_done = "working", parts, 0
    return True


async def went_on(database: Database, scope: Scope, export_id: UUID, done: int) -> bool:
    """Notes how many parts are in. False when nobody wants it any more."""
    async with database.begin(scope) as db:
        row = await queries.export(db, scope, export_id, lock=True)
        if row is None or row.state != "working":
            return False
        row.parts_done = done
    return True


async def finish(
    database: Database, store: ObjectStore, scope: Scope, export_id: UUID, *, size: int, sha256: str
) -> None:
    """It is stored, and can be fetched for a day; unless a candidate was erased meanwhile, then it goes."""
    async with database.begin(scope) as db:
        row = await queries.export(db, scope, export_id, lock=True)
        wanted = row is not None and row.state == "working"
        if row is not None and wanted:
            row.state, row.object_key, row.bytes, row.sha256 = "ready", key(scope, export_id), size, sha256
            row.ready_at, row.expires_at = clock.now(), clock.now() + timedelta(hours=HOURS)
            await enqueue(
                db,
                "retention.end_export",
                queue="erasure",
                at=row.expires_at,
                org_id=scope.org_id,
                export_id=export_id,
            )
    if not wanted:
        await store.delete(key(scope, export_id))


async def failed(db: AsyncSession, scope: Scope, export_id: UUID) -> None:
    """The last try ended badly."""
    row = await queries.export(db, scope, export_id, lock=True)
    if row is not None and row.state in {"queued", "working"}:
        row.state, row.reason = "failed", FAILED


def key(scope: Scope, export_id: UUID) -> str:
    """Where the archive lies in the store, encrypted like a recording."""
    return f"{scope.org_id}/exports/{export_id}.zip"


def _export(row: ExportRow) -> Export:
    return Export(
        id=row.id,
        state=row.state,
        reason=row.reason,
        created_at=row.created_at,
        parts_done=row.parts_done,
        parts=row.parts,
        ready_at=row.ready_at,
        expires_at=row.expires_at,
        object_key=row.object_key,
        bytes=row.bytes,
        sha256=row.sha256,
    )
