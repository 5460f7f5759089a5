"""Set-up, signing in, signing out."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.errors import NoTeam, TooManyAttempts, WrongCredentials
from colloquy.contexts.identity.models import Organisation
from colloquy.contexts.identity.pages.given import (
    Text,
    TheDatabase,
    TheSecret,
    TheUnused,
    begin,
    forget,
    keep_signed_in,
    start_address,
)
from colloquy.contexts.identity.pages.second_step import lead_to
from colloquy.contexts.identity.policy import addresses
from colloquy.contexts.identity.policy.passwords import rule
from colloquy.contexts.identity.policy.relying_party import relying_party
from colloquy.contexts.identity.policy.sign_ins import Ended, ended_in_words
from colloquy.contexts.identity.queries import factors, people
from colloquy.contexts.identity.queries import sign_on as sign_on_queries
from colloquy.contexts.identity.schemas import people as schemas
from colloquy.contexts.identity.service import browser, current_actor, passwords, set_up, sign_on
from colloquy.contexts.identity.service.prove import prove
from colloquy.kit.errors import Malformed, Refusal
from colloquy.kit.http import cookies
from colloquy.kit.http.state import DbSession, provided
from colloquy.kit.i18n import gettext as _
from colloquy.kit.site import Site
from colloquy.web import pages

router = APIRouter()


@router.get("/set-up")
async def set_up_form(request: Request, db: DbSession) -> Response:
    """The first page of a new installation; later it leads to the sign-in."""
    if await people.anybody(db):
        return pages.see_other(request, "/sign-in")
    return _set_up_page(request, {}, {})


@router.post("/set-up")
async def set_up_now(
    request: Request,
    database: TheDatabase,
    organisation: Text = "",
    name: Text = "",
    email: Text = "",
    password: Text = "",
) -> Response:
    """Makes the organisation and its owner, and signs the browser in."""
    values = {"organisation": organisation, "name": name, "email": email}
    async with database.begin() as db:
        await set_up.check_not_set_up(db)
    try:
        given = schemas.understood(schemas.SetUp, **values, password=password)
    except Malformed as error:
        return _set_up_page(request, values, error.fields, status=422)
    hashed = await passwords.hashed(given.password)
    async with database.begin() as db:
        actor = await set_up.set_up(
            db, organisation=given.organisation, name=given.name, email=given.email, password_hash=hashed
        )
        token = await begin(db, request, actor.person_id, actor.scope.org_id)
    return keep_signed_in(
        request, pages.see_other(request, "/", _("%(organisation)s is set up.", organisation=given.organisation)), token
    )


def _set_up_page(request: Request, values: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    return pages.render(
        request, "identity/set_up.html", status=status, values=values, errors=errors, password_rule=rule()
    )


@router.get("/sign-in")
async def sign_in_form(
    request: Request,
    db: DbSession,
    unused: TheUnused,
    next: str = "/",  # noqa: A002 - the address says `next`
    email: str = "",
) -> Response:
    """The sign-in; whoever is signed in goes on, and a new installation is set up first."""
    if await current_actor.find(request, db) is not None:
        return pages.see_other(request, addresses.local(next))
    if not await people.anybody(db):
        return pages.see_other(request, "/set-up")
    values = {"next": addresses.local(next), "email": email[:254]}
    if email:
        found = await sign_on.choices(db, email)
        return _sign_in_page(request, values, {}, organisations=found)
    kept = cookies.given(request, current_actor.COOKIE)
    ended = await browser.why_ended(db, kept, unused) if kept else None
    # An installation without providers keeps the one page that has both fields.
    return _sign_in_page(request, values, {}, email_first=await sign_on_queries.anybody_signs_on(db), ended=ended)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    database: TheDatabase,
    secret: TheSecret,
    email: Text = "",
    password: Text = "",
    next: Text = "/",  # noqa: A002 - as above
) -> Response:
    """Signs the browser in and goes to `next`, if that is on this site."""
    values = {"email": email, "next": addresses.local(next)}
    try:
        given = schemas.understood(schemas.Credentials, email=email, password=password)
        person = await prove(
            database, secret, email=given.email, password=given.password, network=current_actor.network(request)
        )
        async with database.begin() as db:
            org_id = await browser.home(db, person.id)
            if (await factors.factors(db, person.id)).any:
                return lead_to(request, secret, person, values["next"])
            token = await begin(db, request, person.id, org_id)
    except Malformed as error:
        return _sign_in_page(request, values, error.fields, status=422)
    except (WrongCredentials, TooManyAttempts, NoTeam) as refusal:
        return _refused_sign_in(request, values, refusal)
    return keep_signed_in(request, pages.see_other(request, values["next"]), token)


def _refused_sign_in(request: Request, values: dict[str, str], refusal: Refusal) -> Response:
    response = _sign_in_page(request, values, {"password": refusal.message}, status=refusal.status)
    if "retry_after" in refusal.extra:
        response.headers["Retry-After"] = str(refusal.extra["retry_after"])
    return response


def _sign_in_page(
    request: Request,
    values: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
    *,
    organisations: Sequence[Organisation] = (),
    email_first: bool = False,
    ended: Ended | None = None,
) -> Response:
    return pages.render(
        request,
        "identity/sign_in.html",
        status=status,
        values=values,
        errors=errors,
        organisations=[
            {"name": one.name, "start": start_address(request, one.id, values["next"], values["email"])}
            for one in organisations
        ],
        ended=ended_in_words(ended) if ended else "",
        email_first=email_first,
        passkeys=relying_party(provided(request).get(Site).seen_from(request)) is not None,
    )


@router.post("/sign-out")
async def sign_out(request: Request, db: DbSession) -> Response:
    """Ends this browser's session. Fine when there is none."""
    token = cookies.given(request, current_actor.COOKIE)
    if token:
        await browser.end(db, token)
    response = forget(request, pages.see_other(request, "/sign-in", _("You are signed out.")))
    # Not "storage": the same browser may be a candidate's too, and hold a recording that is not sent yet. Of members it
    # holds how the page looks, and nothing else.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
