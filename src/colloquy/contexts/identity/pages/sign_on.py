"""Signing in by an organisation's own provider: out to it, and back."""

from __future__ import annotations

import hmac
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from colloquy.contexts.identity.errors import NoSignOn, NotAdmitted
from colloquy.contexts.identity.pages.given import SIGN_ON, TheDatabase, TheSecret, begin, keep_signed_in, start_address
from colloquy.contexts.identity.policy import addresses
from colloquy.contexts.identity.policy.sign_ins import How, is_fresh
from colloquy.contexts.identity.service import account, sign_on, state
from colloquy.contexts.identity.service.current_actor import IncompleteSignIn
from colloquy.kit import clock
from colloquy.kit.http import cookies
from colloquy.kit.http.state import DbSession, instance, provided
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_token
from colloquy.kit.site import Site
from colloquy.providers.oidc.port import Asked, OpenId, SignOnFailed
from colloquy.web import csrf, pages

HOME = SIGN_ON
router = APIRouter()
TheOpenId = Annotated[OpenId, instance(OpenId)]
_COOKIE = "colloquy_sign_on"
_PURPOSE = "sign-on"
_SECRET_BYTES = 32
_LONGEST_NEXT = 1000


@router.get("/sign-in/single-sign-on")
async def sign_on_required(request: Request, signed_in: IncompleteSignIn, db: DbSession) -> Response:
    """Where somebody is led whose organisation wants them to come by its provider."""
    if signed_in.missing is None:
        return pages.see_other(request, "/")
    return pages.render(
        request,
        "identity/sign_on_required.html",
        organisation=signed_in.organisation,
        start=start_address(request, signed_in.organisation.id),
        others=[
            one
            for one in await account.organisations(db, signed_in.actor.person_id)
            if one.id != signed_in.organisation.id
        ],
    )


@router.get(f"{HOME}/{{org_id}}")
async def leave(
    request: Request,
    org_id: UUID,
    database: TheDatabase,
    secret: TheSecret,
    openid: TheOpenId,
    next: str = "/",  # noqa: A002 - the address says `next`
    email: str = "",
    anew: str = "",
    clicked: str = "",
) -> Response:
    """Sends the browser to the organisation's provider, once somebody has clicked on a page of ours.

    A provider that knows the browser signs it in without a word: whoever could make it open this address could sign
    people in whom nobody asked.
    """
    async with database.begin() as db:
        organisation, _chosen, client = await sign_on.provider_of(db, secret, org_id)
    if not csrf.clicked(request, f"sign-on:{org_id.hex}", clicked):
        start = start_address(request, org_id, addresses.local(next[:_LONGEST_NEXT]), email[:254], anew=anew == "yes")
        return pages.render(request, "identity/sign_on_start.html", organisation=organisation, start=start)
    sent, nonce, verifier = (new_token(_SECRET_BYTES) for _part in range(3))
    asked = Asked(_return_address(request, org_id), sent, nonce, verifier, anew=anew == "yes")
    try:
        address = await openid.address(client, asked, email[:254])
    except SignOnFailed as failed:
        return _failed(request, org_id, failed.message, status=502)
    response = RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})
    values = {
        "org": org_id.hex,
        "state": asked.state,
        "nonce": asked.nonce,
        "verifier": asked.verifier,
        "next": addresses.local(next[:_LONGEST_NEXT]),
        "anew": asked.anew,
    }
    sealed = state.seal(secret, _PURPOSE, values)
    cookies.put(request, response, _COOKIE, sealed, seconds=int(state.LIFE.total_seconds()))
    return response


@router.get(f"{HOME}/{{org_id}}/back")
async def come_back(
    request: Request, org_id: UUID, database: TheDatabase, secret: TheSecret, openid: TheOpenId
) -> Response:
    """Signs the browser in as whom the provider says it is."""
    given = request.query_params
    begun = state.opened(secret, _PURPOSE, cookies.given(request, _COOKIE))
    if begun is None or begun.values["org"] != org_id.hex or not _same(begun.values["state"], given.get("state", "")):
        return _failed(request, org_id, _("This took too long, or was begun elsewhere. Sign in again."), status=410)
    async with database.begin() as db:
        organisation, chosen, client = await sign_on.provider_of(db, secret, org_id)
        fresh = await state.spend(db, begun)
    if not fresh:
        return _failed(request, org_id, _("This took too long, or was begun elsewhere. Sign in again."), status=410)
    if "error" in given or not given.get("code"):
        return _failed(request, org_id, _("The provider did not sign you in. Try again."), status=403)
    asked = Asked(_return_address(request, org_id), given["state"], begun.values["nonce"], begun.values["verifier"])
    try:
        identity = await openid.redeem(client, asked, given["code"], given.get("iss"))
        async with database.begin() as db:
            # Read anew: what was configured may have changed while the provider was asked.
            organisation, now_chosen, _client = await sign_on.provider_of(db, secret, org_id)
            if (now_chosen.issuer, now_chosen.client_id) != (chosen.issuer, chosen.client_id):
                raise NoSignOn(_("Single sign-on was changed meanwhile. Sign in again."))
            person_id = await sign_on.admit(db, organisation, now_chosen, identity)
            token = await begin(db, request, person_id, org_id, How.SINGLE_SIGN_ON, proved_at=identity.proved_at)
    except SignOnFailed as failed:
        return _failed(request, org_id, failed.message, status=502)
    except NotAdmitted as refusal:
        return _failed(request, org_id, refusal.message, status=refusal.status)
    text = ""
    if begun.values["anew"] and not is_fresh(identity.proved_at, clock.now()):
        text = _("The provider did not ask you who you are, or does not say when it did. So this is not confirmed.")
    response = pages.see_other(request, begun.values["next"], text or None, kind="warn")
    return _done(request, keep_signed_in(request, response, token))


def _same(kept: str, given: str) -> bool:
    return hmac.compare_digest(kept.encode(), given.encode("utf-8", "replace"))


def _return_address(request: Request, org_id: UUID) -> str:
    return return_address(provided(request).get(Site).seen_from(request), org_id)


def return_address(site: str, org_id: UUID) -> str:
    """The redirect URI to register with the provider."""
    return f"{site}{HOME}/{org_id}/back"


def _failed(request: Request, org_id: UUID, message: str, *, status: int) -> Response:
    again = start_address(request, org_id)
    return _done(
        request, pages.render(request, "identity/sign_on_failed.html", status=status, why=message, again=again)
    )


def _done(request: Request, response: Response) -> Response:
    cookies.take_back(request, response, _COOKIE)
    return response
