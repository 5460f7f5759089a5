"""The organisation's logo: its form in the settings, and the picture itself for everybody."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Path, Request, Response, UploadFile

from colloquy.contexts.identity.pages.settings import FOREVER, settings_page
from colloquy.contexts.identity.policy.pictures import MAX_BYTES
from colloquy.contexts.identity.queries import logos
from colloquy.contexts.identity.service.current_actor import CurrentSignIn
from colloquy.contexts.identity.service.logos import choose_logo, remove_logo
from colloquy.kit.db import Scope, enter
from colloquy.kit.errors import Malformed, NotFound
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter()


@router.post("/settings/logo")
async def save_logo(
    request: Request, signed_in: CurrentSignIn, db: DbSession, logo: Annotated[UploadFile | str, File()] = ""
) -> Response:
    """Takes the picture, or says beside the field why not."""
    # A form sent without a file has an empty text in its place. One byte too many is enough to know.
    data = b"" if isinstance(logo, str) else await logo.read(MAX_BYTES + 1)
    try:
        await choose_logo(db, signed_in.actor, data)
    except Malformed as error:
        return settings_page(request, signed_in, errors=error.fields, status=422)
    return pages.see_other(request, "/settings", _("Logo saved."))


@router.post("/settings/logo/remove")
async def take_logo_away(request: Request, signed_in: CurrentSignIn, db: DbSession) -> Response:
    """Removes it; candidates see the name alone."""
    await remove_logo(db, signed_in.actor)
    return pages.see_other(request, "/settings", _("Logo removed."))


@router.get("/logo/{org_id}/{logo_hash}")
async def show_logo(
    org_id: UUID, logo_hash: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], db: DbSession
) -> Response:
    """The picture. Its address names its content, so it may be kept for ever."""
    scope = Scope(org_id)
    await enter(db, scope)
    found = await logos.logo(db, scope, logo_hash)
    if found is None:
        raise NotFound(_("There is no such picture."))
    return Response(found.data, media_type=found.media_type, headers={"Cache-Control": FOREVER})
