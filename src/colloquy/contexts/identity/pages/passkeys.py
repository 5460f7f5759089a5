"""Passkeys: one's own in the account, and the door they open."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from colloquy.contexts.identity.errors import NoTeam, PasskeyRefused, StepGone, TooManyPasskeys
from colloquy.contexts.identity.pages import second_factor
from colloquy.contexts.identity.pages.given import Text, TheDatabase, TheSecret, begin, keep_signed_in
from colloquy.contexts.identity.pages.proving import with_password
from colloquy.contexts.identity.pages.second_step import carried, forget_step, page_of
from colloquy.contexts.identity.policy import addresses
from colloquy.contexts.identity.policy.relying_party import RelyingParty, relying_party
from colloquy.contexts.identity.policy.sign_ins import How
from colloquy.contexts.identity.schemas import people as schemas
from colloquy.contexts.identity.service import browser, passkeys, second_step
from colloquy.contexts.identity.service.current_actor import IncompleteSignIn
from colloquy.contexts.identity.service.passkeys import Ceremony
from colloquy.kit.errors import Malformed, Refusal
from colloquy.kit.http.state import DbSession, provided
from colloquy.kit.i18n import gettext as _
from colloquy.kit.site import Site
from colloquy.web import pages

router = APIRouter()
_OWN = "/account/passkeys"


async def _party(request: Request) -> RelyingParty:
    party = relying_party(provided(request).get(Site).seen_from(request))
    if party is None:
        raise PasskeyRefused(_("Passkeys need an address with a name and https. Ask whoever runs this installation."))
    return party


Party = Annotated[RelyingParty, Depends(_party)]


@router.post(f"{_OWN}/options")
async def begin_adding(
    request: Request,
    given: schemas.PasskeyPassword,
    signed_in: IncompleteSignIn,
    db: DbSession,
    database: TheDatabase,
    secret: TheSecret,
    party: Party,
) -> Response:
    """What the browser makes a passkey with, for whoever knows the password."""
    if refusal := await with_password(request, database, secret, signed_in, given.password):
        raise refusal
    return _answer(await passkeys.begin_adding(db, secret, signed_in.actor, party))


@router.post(_OWN)
async def add(
    request: Request,
    signed_in: IncompleteSignIn,
    db: DbSession,
    database: TheDatabase,
    secret: TheSecret,
    party: Party,
    name: Text = "",
    state: Text = "",
    credential: Text = "",
) -> Response:
    """Keeps the passkey that the browser made; with the first factor come recovery codes."""
    try:
        given = schemas.understood(schemas.PasskeyInput, name=name.strip() or _("Passkey"))
        async with database.begin() as own:  # a refusal leaves the state used up
            made = await passkeys.add(
                own,
                secret,
                signed_in.actor,
                party,
                sealed=state,
                credential=_credential(credential),
                name=given.name,
                keep=signed_in.session_id,
            )
    except (StepGone, PasskeyRefused, TooManyPasskeys, Malformed) as refusal:
        return await second_factor.page(request, signed_in, db, secret, refused={"passkey": refusal})
    if made is None:
        return pages.see_other(request, second_factor.HOME, _("The passkey was added. Every other session has ended."))
    return second_factor.codes_page(request, made, _("The passkey was added, and every other session has ended."))


@router.post(f"{_OWN}/{{passkey_id}}/remove")
async def remove(
    request: Request,
    passkey_id: UUID,
    signed_in: IncompleteSignIn,
    db: DbSession,
    database: TheDatabase,
    secret: TheSecret,
    password: Text = "",
) -> Response:
    """Forgets a passkey, for whoever knows the password."""
    if refusal := await with_password(request, database, secret, signed_in, password):
        return await second_factor.page(request, signed_in, db, secret, refused={f"remove-{passkey_id}": refusal})
    await passkeys.remove(db, signed_in.actor, passkey_id)
    return pages.see_other(request, second_factor.HOME, _("The passkey was removed. It opens nothing here any more."))


@router.post("/sign-in/passkey/options")
async def begin_signing_in(db: DbSession, secret: TheSecret, party: Party) -> Response:
    """What the browser asks its authenticators with: any passkey of this site."""
    return _answer(await passkeys.begin_signing_in(db, secret, party))


@router.post("/sign-in/passkey")
async def sign_in(
    request: Request,
    database: TheDatabase,
    secret: TheSecret,
    party: Party,
    state: Text = "",
    credential: Text = "",
    next: Text = "/",  # noqa: A002 - the address says `next`
) -> Response:
    """Signs the browser in: a passkey is something one has, opened by something one is or knows."""
    try:
        async with database.begin() as db:
            person_id = await passkeys.sign_in(db, secret, party, sealed=state, credential=_credential(credential))
            token = await begin(db, request, person_id, await browser.home(db, person_id), How.PASSKEY)
    except (StepGone, PasskeyRefused, NoTeam) as refusal:
        return pages.see_other(request, "/sign-in", refusal.message, kind="bad")
    return keep_signed_in(request, pages.see_other(request, addresses.local(next)), token)


@router.post("/sign-in/code/passkey/options")
async def begin_second_step(request: Request, db: DbSession, secret: TheSecret, party: Party) -> Response:
    """The same for whoever has given the password: one of their own passkeys."""
    step = await second_step.resume(db, secret, carried(request))
    return _answer(await passkeys.begin_signing_in(db, secret, party, step.person.id))


@router.post("/sign-in/code/passkey")
async def finish_second_step(
    request: Request,
    database: TheDatabase,
    secret: TheSecret,
    party: Party,
    state: Text = "",
    credential: Text = "",
) -> Response:
    """Signs in whoever gave the password, by their passkey."""
    try:
        async with database.begin() as db:
            step = await second_step.resume(db, secret, carried(request))
    except StepGone as gone:
        return forget_step(request, pages.see_other(request, "/sign-in", gone.message, kind="warn"))
    try:
        async with database.begin() as db:
            await passkeys.sign_in(
                db, secret, party, sealed=state, credential=_credential(credential), person_id=step.person.id
            )
            await second_step.finish(db, step)
            home = await browser.home(db, step.person.id)
            token = await begin(db, request, step.person.id, home, How.PASSWORD_PASSKEY)
    except (StepGone, PasskeyRefused, NoTeam) as refusal:
        return await _second_step_again(request, database, step, refusal)
    return forget_step(request, keep_signed_in(request, pages.see_other(request, step.next), token))


async def _second_step_again(
    request: Request, database: TheDatabase, step: second_step.Step, refusal: Refusal
) -> Response:
    async with database.begin() as db:
        return await page_of(request, db, step, error=refusal.message, status=refusal.status)


def _answer(ceremony: Ceremony) -> Response:
    return JSONResponse({"options": ceremony.options, "state": ceremony.state}, headers={"Cache-Control": "no-store"})


def _credential(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or not isinstance(read.get("response"), dict):
        raise PasskeyRefused(_("The passkey was not accepted. Try again, or sign in with your password."))
    return read
