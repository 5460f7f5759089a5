"""One's authenticator app and recovery codes: setting up, confirming, turning off."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import TooManyAttempts, WrongCode
from colloquy.contexts.identity.pages.given import Text, TheDatabase, TheSecret
from colloquy.contexts.identity.pages.proving import with_password
from colloquy.contexts.identity.policy.addresses import browser_name
from colloquy.contexts.identity.policy.relying_party import relying_party
from colloquy.contexts.identity.policy.sign_ins import How, Missing
from colloquy.contexts.identity.queries import factors as queries
from colloquy.contexts.identity.queries import passkeys
from colloquy.contexts.identity.service import account, current_actor, factors
from colloquy.contexts.identity.service.current_actor import IncompleteSignIn, SignedIn
from colloquy.kit.crypto import Secret
from colloquy.kit.errors import Refusal
from colloquy.kit.http.state import DbSession, provided
from colloquy.kit.i18n import gettext as _
from colloquy.kit.site import Site
from colloquy.web import pages
from colloquy.web.qr import qr_code

HOME = "/account/second-factor"
router = APIRouter(prefix=HOME)


@router.get("")
async def second_factor(request: Request, signed_in: IncompleteSignIn, db: DbSession, secret: TheSecret) -> Response:
    """What there is, and the app that waits for its first code."""
    return await page(request, signed_in, db, secret)


@router.post("/app")
async def begin_app(
    request: Request,
    signed_in: IncompleteSignIn,
    db: DbSession,
    database: TheDatabase,
    secret: TheSecret,
    password: Text = "",
) -> Response:
    """Makes a secret for an app, for whoever knows the password."""
    if refusal := await with_password(request, database, secret, signed_in, password):
        return await page(request, signed_in, db, secret, refused={"password": refusal})
    await factors.begin_app(db, secret, signed_in.actor.person_id)
    return pages.see_other(request, HOME)


@router.post("/app/confirm")
async def confirm_app(
    request: Request, signed_in: IncompleteSignIn, db: DbSession, secret: TheSecret, code: Text = ""
) -> Response:
    """Makes the app count. The recovery codes are on this answer and nowhere else."""
    try:
        made = await factors.confirm_app(db, secret, signed_in.actor.person_id, code, keep=signed_in.session_id)
    except WrongCode as refusal:
        return await page(request, signed_in, db, secret, refused={"code": refusal})
    if made is None:
        return pages.see_other(request, HOME, _("The app is set up. Every other session has ended."))
    return codes_page(request, made, _("The app is set up, and every other session has ended."))


@router.post("/app/remove")
async def remove_app(
    request: Request,
    signed_in: IncompleteSignIn,
    db: DbSession,
    database: TheDatabase,
    secret: TheSecret,
    password: Text = "",
    code: Text = "",
) -> Response:
    """Turns the app off, for whoever knows the password and has a code."""
    if refusal := await with_password(request, database, secret, signed_in, password):
        return await page(request, signed_in, db, secret, refused={"password": refusal})
    try:
        await factors.prove_code(database, secret, signed_in.actor.person_id, code, current_actor.network(request))
    except (WrongCode, TooManyAttempts) as refused:
        return await page(request, signed_in, db, secret, refused={"code": refused})
    await factors.remove_app(db, signed_in.actor.person_id)
    return pages.see_other(request, HOME, _("The authenticator app is turned off."))


@router.post("/recovery-codes")
async def new_codes(
    request: Request,
    signed_in: IncompleteSignIn,
    db: DbSession,
    database: TheDatabase,
    secret: TheSecret,
    password: Text = "",
) -> Response:
    """Ten new recovery codes in place of the former ones."""
    if refusal := await with_password(request, database, secret, signed_in, password):
        return await page(request, signed_in, db, secret, refused={"codes_password": refusal})
    if not (await queries.factors(db, signed_in.actor.person_id)).any:
        return pages.see_other(request, HOME)
    made = await factors.new_recovery_codes(db, signed_in.actor.person_id)
    return codes_page(request, made, _("The former codes open nothing any more."))


def codes_page(request: Request, codes: list[str], done: str) -> Response:
    """The recovery codes, this once."""
    return pages.render(request, "identity/recovery_codes.html", section="account", codes=codes, done=done)


async def page(
    request: Request,
    signed_in: SignedIn,
    db: AsyncSession,
    secret: Secret,
    *,
    refused: dict[str, Refusal] | None = None,
) -> Response:
    """The page; `refused` is what was wrong, by the field it belongs to."""
    actor = signed_in.actor
    refused = refused or {}
    refusal = next(iter(refused.values()), None)
    waiting = await factors.waiting_app(db, secret, actor.person_id, actor.email)
    response = pages.render(
        request,
        "identity/second_factor.html",
        status=refusal.status if refusal else 200,
        section="account",
        errors={name: one.message for name, one in refused.items()},
        has=await queries.factors(db, actor.person_id),
        waiting=waiting,
        passkeys=await passkeys.passkeys(db, actor.person_id),
        passkeys_work=relying_party(provided(request).get(Site).seen_from(request)) is not None,
        device=browser_name(current_actor.user_agent(request)),
        qr=qr_code(waiting.address) if waiting else None,
        required=signed_in.missing is Missing.SECOND_FACTOR,
        has_password=await account.has_password(db, actor.person_id),
        by_provider=signed_in.how is How.SINGLE_SIGN_ON,
    )
    if refusal is not None and "retry_after" in refusal.extra:
        response.headers["Retry-After"] = str(refusal.extra["retry_after"])
    return response
