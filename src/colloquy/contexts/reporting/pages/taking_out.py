"""The export of everything an organisation has."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.retention import public as retention
from colloquy.kit.db import Database
from colloquy.kit.http.audited import reads
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.providers.storage.port import ObjectStore
from colloquy.web import pages

router = APIRouter(prefix="/settings/privacy/export")
HOME = "/settings/privacy/export"


@router.get("")
async def exports(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """What was made, and how far what is being made is."""
    shown = await retention.exports(db, actor)
    return pages.render(
        request,
        "reporting/tenant_export.html",
        section="settings",
        shown=shown,
        under_way=any(one.state in {"queued", "working"} for one in shown),
    )


@router.post("")
async def start(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """Has one made."""
    try:
        await retention.start_export(db, actor)
    except retention.ExportUnderWay as refusal:
        return pages.see_other(request, HOME, refusal.message, kind="warn")
    return pages.see_other(request, HOME, _("The export is being made. You may leave this page."))


@router.get("/{export_id}/download", dependencies=[reads("everything")])
async def download(
    export_id: UUID,
    actor: CurrentActor,
    database: Annotated[Database, instance(Database)],
    store: Annotated[ObjectStore, instance(ObjectStore)],
) -> Response:
    """The archive, decrypted while it is sent."""
    actor.require(Permission.PRIVACY_MANAGE)
    async with database.begin(actor.scope) as db:
        found = await retention.ready_export(db, actor, export_id)
    headers = {
        "Content-Disposition": f'attachment; filename="colloquy-export-{found.created_at:%Y-%m-%d}.zip"',
        "Content-Length": str(found.bytes),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(store.read(found.object_key or ""), media_type="application/zip", headers=headers)
