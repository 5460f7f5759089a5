"""The organisation's settings, and its colour as a style sheet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from colloquy.contexts.identity.models import Organisation
from colloquy.contexts.identity.pages.given import Text, language_choices
from colloquy.contexts.identity.policy.roles import Permission
from colloquy.contexts.identity.policy.settings_places import settings_for
from colloquy.contexts.identity.schemas import people as schemas
from colloquy.contexts.identity.service.current_actor import CurrentSignIn, SignedIn
from colloquy.contexts.identity.service.organisation import change_organisation
from colloquy.kit.errors import Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import brand, pages

router = APIRouter()
FOREVER = "public, max-age=31536000, immutable"


@router.get("/settings")
async def settings(request: Request, signed_in: CurrentSignIn) -> Response:
    """What one may set: the cards one may open; the organisation's name, colour, language and contact address."""
    return settings_page(request, signed_in)


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
        return settings_page(request, signed_in, values=values, errors=error.fields, status=422)
    changed = Organisation(signed_in.organisation.id, given.name, given.accent, given.language, given.contact_email)
    await change_organisation(db, signed_in.actor, changed)
    return pages.see_other(request, "/settings", _("Settings saved."))


def settings_page(
    request: Request,
    signed_in: SignedIn,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page: with `values` what was written, else what is stored. An error called `logo` is about the picture.

    Raises Forbidden for whoever may set nothing at all.
    """
    actor, organisation = signed_in.actor, signed_in.organisation
    sections = settings_for(actor)
    if not sections:
        actor.require(Permission.ORG_MANAGE)
    stored = {
        "name": organisation.name,
        "accent": organisation.accent,
        "language": organisation.language,
        "contact_email": organisation.contact_email or "",
    }
    return pages.render(
        request,
        "identity/settings.html",
        status=status,
        section="settings",
        sections=sections,
        own=actor.may(Permission.ORG_MANAGE),
        values=values or stored,
        errors=errors or {},
        languages=language_choices(),
        logo_address=organisation.logo_address,
    )


@router.get("/brand/{accent}.css")
async def accent_css(accent: Annotated[str, Path(pattern=r"^[0-9a-f]{6}$")]) -> Response:
    """The style sheet of a colour. The address names its content, so it may be kept for ever."""
    return Response(brand.accent_css(f"#{accent}"), media_type="text/css", headers={"Cache-Control": FOREVER})
