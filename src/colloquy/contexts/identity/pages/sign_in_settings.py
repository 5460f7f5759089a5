"""How members sign in: a second factor for everybody, and the organisation's own provider."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import OwnFactorFirst
from colloquy.contexts.identity.pages.given import Text, TheSecret
from colloquy.contexts.identity.pages.sign_on import TheOpenId, return_address
from colloquy.contexts.identity.policy.roles import Role, role_name
from colloquy.contexts.identity.queries.sign_on import SignOn
from colloquy.contexts.identity.schemas import people as schemas
from colloquy.contexts.identity.service import rules, sign_on
from colloquy.contexts.identity.service.current_actor import CurrentSignIn, SignedIn
from colloquy.kit.errors import Malformed, NotFound
from colloquy.kit.http.state import DbSession, provided
from colloquy.kit.i18n import gettext as _
from colloquy.kit.site import Site
from colloquy.providers.oidc.port import Discovered, SignOnFailed
from colloquy.web import pages

HOME = "/settings/sign-in"
router = APIRouter(prefix=HOME)
_ROLES = (Role.REVIEWER, Role.RECRUITER, Role.ADMIN)


@router.get("")
async def sign_in_settings(request: Request, signed_in: CurrentSignIn, db: DbSession) -> Response:
    """The rules, how far the team is, and how the provider is asked."""
    return await settings_page(request, signed_in, db)


@router.post("/second-factor")
async def save_factor_rule(request: Request, signed_in: CurrentSignIn, db: DbSession, required: Text = "") -> Response:
    """Asks a second factor of everybody, or no longer."""
    try:
        await rules.require_factor(db, signed_in.actor, signed_in.how, required=bool(required))
    except OwnFactorFirst as refusal:
        return await settings_page(request, signed_in, db, errors={"second": refusal.message}, status=409)
    return pages.see_other(request, HOME, _("Saved. It holds from everybody's next page on."))


@router.post("/single-sign-on")
async def save_sign_on(
    request: Request,
    signed_in: CurrentSignIn,
    db: DbSession,
    secret: TheSecret,
    openid: TheOpenId,
    issuer: Text = "",
    client_id: Text = "",
    client_secret: Text = "",
    public: Text = "",
    domains: Text = "",
    create_people: Text = "",
    role: Text = "",
    required: Text = "",
) -> Response:
    """Writes how the provider is asked."""
    values = {
        "issuer": issuer,
        "client_id": client_id,
        "public": bool(public),
        "domains": domains,
        "create_people": bool(create_people),
        "role": role,
        "required": bool(required),
    }
    try:
        given = schemas.understood(schemas.SignOnInput, **values, client_secret=client_secret)
        checked = openid.checked_address(given.issuer)
        # The guard writes addresses in one way; an issuer is a name, and is kept as it was written.
        kept = given.issuer if checked.rstrip("/") == given.issuer.rstrip("/") else checked
        await sign_on.configure(db, secret, signed_in.actor, given, kept)
    except Malformed as error:
        return await settings_page(request, signed_in, db, values=values, errors=error.fields, status=422)
    except SignOnFailed as failed:
        errors = {"issuer": failed.message}
        return await settings_page(request, signed_in, db, values=values, errors=errors, status=422)
    return pages.see_other(request, HOME, _("Single sign-on is saved. Test the connection, then sign in with it once."))


@router.post("/single-sign-on/test")
async def test_sign_on(request: Request, signed_in: CurrentSignIn, db: DbSession, openid: TheOpenId) -> Response:
    """Asks the provider what it says of itself, and shows it."""
    chosen = await sign_on.configured(db, signed_in.actor)
    if chosen is None:
        return pages.see_other(request, HOME)
    context = await _context(request, signed_in, db)
    await db.commit()  # the provider takes its time, and no transaction is open meanwhile
    found: Discovered | None = None
    wrong = ""
    try:
        found = await openid.test(chosen.issuer)
    except SignOnFailed as failed:
        wrong = failed.message
    return _render(request, context, found=found, wrong=wrong)


@router.post("/single-sign-on/forget")
async def forget_link(request: Request, signed_in: CurrentSignIn, db: DbSession, email: Text = "") -> Response:
    """Lets a member come as another account of the provider."""
    try:
        await sign_on.forget(db, signed_in.actor, email.strip())
    except NotFound as refusal:
        return await settings_page(request, signed_in, db, errors={"email": refusal.message}, status=404)
    return pages.see_other(request, HOME, _("Forgotten. Their next sign-in is taken for the first."))


@router.post("/single-sign-on/remove")
async def remove_sign_on(request: Request, signed_in: CurrentSignIn, db: DbSession) -> Response:
    """Ends sign-in by the provider."""
    await sign_on.remove(db, signed_in.actor)
    return pages.see_other(request, HOME, _("Single sign-on is turned off."))


async def settings_page(
    request: Request,
    signed_in: SignedIn,
    db: AsyncSession,
    *,
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page, with what was wrong with what was entered. Raises Forbidden."""
    context = await _context(request, signed_in, db)
    return _render(request, {**context, **({"values": values} if values else {})}, errors=errors, status=status)


async def _context(request: Request, signed_in: SignedIn, db: AsyncSession) -> dict[str, Any]:
    chosen = await sign_on.configured(db, signed_in.actor)
    site = provided(request).get(Site).seen_from(request)
    return {
        "rule": await rules.factor_rule(db, signed_in.actor),
        "chosen": chosen,
        "values": _values(chosen),
        "roles": [(role.value, role_name(role)) for role in _ROLES],
        "redirect_uri": return_address(site, signed_in.organisation.id),
        "start": f"{site}/sign-in/with/{signed_in.organisation.id}",
    }


def _render(
    request: Request,
    context: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    found: Discovered | None = None,
    wrong: str = "",
    status: int = 200,
) -> Response:
    return pages.render(
        request,
        "identity/sign_in_settings.html",
        status=status,
        section="settings",
        errors=errors or {},
        found=found,
        wrong=wrong,
        **context,
    )


def _values(chosen: SignOn | None) -> dict[str, Any]:
    if chosen is None:
        return {
            "issuer": "",
            "client_id": "",
            "public": False,
            "domains": "",
            "create_people": False,
            "role": Role.REVIEWER.value,
            "required": False,
        }
    return {
        "issuer": chosen.issuer,
        "client_id": chosen.client_id,
        "public": chosen.sealed_secret is None,
        "domains": ", ".join(chosen.domains),
        "create_people": chosen.create_people,
        "role": chosen.role.value,
        "required": chosen.required,
    }
