"""The page where documents are fetched."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response

from colloquy.contexts.documents.policy.facts import Surroundings
from colloquy.contexts.documents.service.gather import gather
from colloquy.contexts.documents.service.make import KINDS, make
from colloquy.contexts.identity.public import CurrentActor, Permission
from colloquy.kit import i18n
from colloquy.kit.errors import NotFound
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.providers.typesetting.port import Typesetter
from colloquy.web import pages
from colloquy.web.csrf import CsrfChecked

router = APIRouter(prefix="/settings/documents", include_in_schema=False, dependencies=[CsrfChecked])
_TYPES = {"md": "text/markdown; charset=utf-8", "pdf": "application/pdf"}


@router.get("")
async def documents(request: Request, actor: CurrentActor) -> Response:
    """What can be fetched, in which language and form."""
    actor.require(Permission.PRIVACY_MANAGE)
    return pages.render(
        request,
        "documents/documents.html",
        section="settings",
        kinds=tuple(KINDS),
        languages=[(tag, i18n.language_name(tag)) for tag in i18n.languages()],
    )


@router.get("/download")
async def download(
    actor: CurrentActor,
    db: DbSession,
    surroundings: Annotated[Surroundings, instance(Surroundings)],
    typesetter: Annotated[Typesetter, instance(Typesetter)],
    kind: str = next(iter(KINDS)),
    language: str = "en",
    form: Literal["md", "pdf"] = "md",
) -> Response:
    """One document, made now."""
    actor.require(Permission.PRIVACY_MANAGE)
    tag = i18n.supported(language)
    if kind not in KINDS or tag is None:
        raise NotFound(_("There is no such document."))
    content = await make(kind, await gather(db, actor.scope, surroundings), tag, form, typesetter)
    headers = {
        "Content-Disposition": f'attachment; filename="{kind}-{tag}.{form}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=_TYPES[form], headers=headers)
