"""Requests to erase: what is due when, what waits for whom, and the certificates of what is done."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.contexts.reporting.service import erasures as service
from colloquy.contexts.retention import public as retention
from colloquy.contexts.sessions import public as sessions
from colloquy.kit.address import PublicAddress
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import language
from colloquy.providers.typesetting.port import Typesetter
from colloquy.web import pages

router = APIRouter(prefix="/settings/privacy/requests")
HOME = "/settings/privacy/requests"


@router.get("")
async def requests(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """All of them, those that have not ended first."""
    return pages.render(
        request,
        "reporting/erasures.html",
        section="settings",
        shown=await service.shown(db, actor),
        may_manage=actor.may(Permission.PRIVACY_MANAGE),
        may_erase=actor.may(Permission.SESSIONS_DECIDE),
        may_open=actor.may(Permission.SESSIONS_VIEW),
    )


@router.post("/{request_id}/erase")
async def erase(
    request_id: UUID,
    request: Request,
    actor: CurrentActor,
    db: DbSession,
    secret: Annotated[Secret, instance(Secret)],
) -> Response:
    """Carries out a request that waits for a person, because its candidate gave no address."""
    found = await retention.request(db, actor.scope, request_id)
    try:
        await sessions.erase_on_request(db, secret, actor, found.session_id)
    except (retention.UnderLegalHold, sessions.SessionNotFound) as refusal:
        return pages.see_other(request, HOME, refusal.message, kind="warn")
    return pages.see_other(request, HOME, _("Erased. The certificate is ready as soon as everything was searched."))


@router.get("/{request_id}/certificate.json")
async def certificate_json(request_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """The certificate to be verified."""
    done = await service.certified(db, actor, request_id)
    data = retention.certificate_document(done.certificate or "", done.signature or "")
    return Response(data, media_type="application/json", headers=_saved("json"))


@router.get("/{request_id}/certificate.pdf")
async def certificate_pdf(
    request_id: UUID,
    actor: CurrentActor,
    database: Annotated[Database, instance(Database)],
    secret: Annotated[Secret, instance(Secret)],
    typesetter: Annotated[Typesetter, instance(Typesetter)],
    address: Annotated[PublicAddress, instance(PublicAddress)],
) -> Response:
    """The certificate to be read."""
    actor.require(Permission.SESSIONS_DECIDE)
    async with database.begin(actor.scope) as db:
        done = await service.certified(db, actor, request_id)
    pdf = await retention.certificate_pdf(
        typesetter, secret, done.certificate or "", verify_at=address.of("/certificates/verify"), lang=language()
    )
    return Response(pdf, media_type="application/pdf", headers=_saved("pdf"))


def _saved(ending: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="erasure-certificate.{ending}"',
        "Cache-Control": "private, no-store",
    }
