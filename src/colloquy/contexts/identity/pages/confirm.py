"""Proving once more who one is, before what a borrowed browser must not do. See `FreshSignIn`."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.pages.given import Text, TheDatabase, TheSecret, start_address
from colloquy.contexts.identity.pages.proving import with_password
from colloquy.contexts.identity.queries import sign_on
from colloquy.contexts.identity.service import account, browser
from colloquy.contexts.identity.service.current_actor import CurrentSignIn, SignedIn
from colloquy.kit.errors import Refusal
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

HOME = "/account/confirm"
router = APIRouter(prefix=HOME)


@router.get("")
async def ask(request: Request, signed_in: CurrentSignIn, db: DbSession) -> Response:
    """Asks for the password, or leads to the organisation's provider whoever has none."""
    return await _page(request, signed_in, db)


@router.post("")
async def prove(
    request: Request,
    signed_in: CurrentSignIn,
    db: DbSession,
    database: TheDatabase,
    secret: TheSecret,
    password: Text = "",
) -> Response:
    """With the right password nobody is asked again for a while."""
    if refusal := await with_password(request, database, secret, signed_in, password):
        return await _page(request, signed_in, db, refusal)
    await browser.confirm(db, signed_in.session_id)
    return pages.see_other(request, "/account", _("Thank you. For ten minutes you are not asked again."))


async def _page(request: Request, signed_in: SignedIn, db: AsyncSession, refusal: Refusal | None = None) -> Response:
    org_id = signed_in.organisation.id
    provider = await sign_on.sign_on(db, signed_in.actor.scope)
    response = pages.render(
        request,
        "identity/confirm.html",
        status=refusal.status if refusal else 200,
        section="account",
        errors={"password": refusal.message} if refusal else {},
        has_password=await account.has_password(db, signed_in.actor.person_id),
        start=start_address(request, org_id, "/account", signed_in.actor.email, anew=True) if provider else "",
    )
    if refusal and "retry_after" in refusal.extra:
        response.headers["Retry-After"] = str(refusal.extra["retry_after"])
    return response
