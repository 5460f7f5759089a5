"""The second step of signing in: a page of its own after the right password."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import NoTeam, StepGone, TooManyAttempts, WrongCode
from colloquy.contexts.identity.models import Person
from colloquy.contexts.identity.pages.given import Text, TheDatabase, TheSecret, begin, keep_signed_in
from colloquy.contexts.identity.policy.relying_party import relying_party
from colloquy.contexts.identity.queries import factors
from colloquy.contexts.identity.service import browser, current_actor, second_step, state
from colloquy.contexts.identity.service.factors import prove_code
from colloquy.kit.crypto import Secret
from colloquy.kit.http import cookies
from colloquy.kit.http.state import DbSession, provided
from colloquy.kit.i18n import gettext as _
from colloquy.kit.site import Site
from colloquy.web import pages

router = APIRouter()
ADDRESS = "/sign-in/code"
_COOKIE = "colloquy_step"


def lead_to(request: Request, secret: Secret, person: Person, next_address: str) -> Response:
    """Where the sign-in goes on for somebody who has a second factor."""
    response = pages.see_other(request, ADDRESS)
    begun = second_step.begin(secret, person, next_address)
    cookies.put(request, response, _COOKIE, begun, seconds=int(state.LIFE.total_seconds()))
    return response


def carried(request: Request) -> str | None:
    """What the browser carries from the first step, unread."""
    return cookies.given(request, _COOKIE)


def forget_step(request: Request, response: Response) -> Response:
    """Takes the first step's cookie back."""
    cookies.take_back(request, response, _COOKIE)
    return response


@router.get(ADDRESS)
async def code_form(request: Request, db: DbSession, secret: TheSecret) -> Response:
    """Asks for the code; whoever has not given a password just now begins at the start."""
    try:
        step = await second_step.resume(db, secret, carried(request))
    except StepGone as refusal:
        return _to_the_start(request, refusal)
    return await page_of(request, db, step)


@router.post(ADDRESS)
async def give_code(request: Request, database: TheDatabase, secret: TheSecret, code: Text = "") -> Response:
    """Signs the browser in, with the right code."""
    async with database.begin() as db:
        try:
            step = await second_step.resume(db, secret, carried(request))
        except StepGone as refusal:
            return _to_the_start(request, refusal)
        if not code.strip():
            return await page_of(request, db, step, error=_("Fill this in."), status=422)
    try:
        how = await prove_code(database, secret, step.person.id, code, current_actor.network(request))
        async with database.begin() as db:
            await second_step.finish(db, step)
            token = await begin(db, request, step.person.id, await browser.home(db, step.person.id), how)
    except StepGone as refusal:
        return _to_the_start(request, refusal)
    except (WrongCode, TooManyAttempts, NoTeam) as refusal:
        async with database.begin() as db:
            response = await page_of(request, db, step, error=refusal.message, status=refusal.status)
        if "retry_after" in refusal.extra:
            response.headers["Retry-After"] = str(refusal.extra["retry_after"])
        return response
    return forget_step(request, keep_signed_in(request, pages.see_other(request, step.next), token))


async def page_of(
    request: Request, db: AsyncSession, step: second_step.Step, *, error: str = "", status: int = 200
) -> Response:
    """The page that asks for the code or a passkey."""
    has = await factors.factors(db, step.person.id)
    return pages.render(
        request,
        "identity/second_step.html",
        status=status,
        language=step.person.language,
        email=step.person.email,
        app=has.app,
        passkeys=has.passkeys > 0 and relying_party(provided(request).get(Site).seen_from(request)) is not None,
        errors={"code": error} if error else {},
    )


def _to_the_start(request: Request, refusal: StepGone) -> Response:
    return forget_step(request, pages.see_other(request, "/sign-in", refusal.message, kind="warn"))
