"""How members sign in: the organisation's rules."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import OwnFactorFirst
from colloquy.contexts.identity.pages.given import Text
from colloquy.contexts.identity.service import rules
from colloquy.contexts.identity.service.current_actor import CurrentSignIn, SignedIn
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

HOME = "/settings/sign-in"
router = APIRouter(prefix=HOME)


@router.get("")
async def sign_in_settings(request: Request, signed_in: CurrentSignIn, db: DbSession) -> Response:
    """The rules, and how far the team is."""
    return await settings_page(request, signed_in, db)


@router.post("/second-factor")
async def save_factor_rule(request: Request, signed_in: CurrentSignIn, db: DbSession, required: Text = "") -> Response:
    """Asks a second factor of everybody, or no longer."""
    try:
        await rules.require_factor(db, signed_in.actor, signed_in.how, required=bool(required))
    except OwnFactorFirst as refusal:
        return await settings_page(request, signed_in, db, errors={"required": refusal.message}, status=409)
    return pages.see_other(request, HOME, _("Saved. It holds from everybody's next page on."))


async def settings_page(
    request: Request,
    signed_in: SignedIn,
    db: AsyncSession,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page, with what was wrong with what was entered. Raises Forbidden."""
    return pages.render(
        request,
        "identity/sign_in_settings.html",
        status=status,
        section="settings",
        rule=await rules.factor_rule(db, signed_in.actor),
        errors=errors or {},
    )
