"""The organisation's settings, and its colour as a style sheet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from colloquy.contexts.identity import schemas
from colloquy.contexts.identity.models import Organisation
from colloquy.contexts.identity.pages.given import LANGUAGES, Text
from colloquy.contexts.identity.policy.roles import Permission
from colloquy.contexts.identity.service.current_actor import CurrentSignIn
from colloquy.contexts.identity.service.organisation import change_organisation
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.web import brand, pages

router = APIRouter()
_FOREVER = "public, max-age=31536000, immutable"


@router.get("/settings")
async def settings(request: Request, signed_in: CurrentSignIn) -> Response:
    """The organisation's name, colour, language and contact address."""
    signed_in.actor.require(Permission.ORG_MANAGE)
    organisation = signed_in.organisation
    values = {
        "name": organisation.name,
        "accent": organisation.accent,
        "language": organisation.language,
        "contact_email": organisation.contact_email or "",
    }
    return _page(request, values, {})


@router.post("/settings")
async def save_settings(
    request: Request,
    signed_in: CurrentSignIn,
    db: DbSession,
    name: Text = "",
    accent: Text = "",
    language: Text = "",
    contact_email: Text = "",
) -> Response:
    """Saves them."""
    signed_in.actor.require(Permission.ORG_MANAGE)
    values = {"name": name, "accent": accent, "language": language, "contact_email": contact_email}
    try:
        given = schemas.understood(schemas.OrganisationInput, **values)
    except Malformed as error:
        return _page(request, values, error.fields, status=422)
    changed = Organisation(signed_in.organisation.id, given.name, given.accent, given.language, given.contact_email)
    await change_organisation(db, signed_in.actor, changed)
    return pages.see_other(request, "/settings", "Settings saved.")


def _page(request: Request, values: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    return pages.render(
        request,
        "identity/settings.html",
        status=status,
        section="settings",
        values=values,
        errors=errors,
        languages=LANGUAGES,
    )


@router.get("/brand/{accent}.css")
async def accent_css(accent: Annotated[str, Path(pattern=r"^[0-9a-f]{6}$")]) -> Response:
    """The style sheet of a colour. The address names its content, so it may be kept for ever."""
    return Response(brand.accent_css(f"#{accent}"), media_type="text/css", headers={"Cache-Control": _FOREVER})
