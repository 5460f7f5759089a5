"""One's own name, language, password and sessions."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import TooManyAttempts, WrongCredentials
from colloquy.contexts.identity.pages.given import Text, TheDatabase, TheSecret, language_choices
from colloquy.contexts.identity.policy.passwords import rule
from colloquy.contexts.identity.policy.sign_ins import How, Unused, in_words, is_fresh
from colloquy.contexts.identity.queries import factors
from colloquy.contexts.identity.schemas import people as schemas
from colloquy.contexts.identity.service import account, browser, current_actor, passwords
from colloquy.contexts.identity.service.current_actor import CurrentSignIn, FreshSignIn, IncompleteSignIn, SignedIn
from colloquy.contexts.identity.service.prove import prove
from colloquy.kit import clock
from colloquy.kit.errors import Forbidden, Malformed
from colloquy.kit.http import cookies
from colloquy.kit.http import language as reading
from colloquy.kit.http.state import DbSession, provided
from colloquy.kit.i18n import gettext as _
from colloquy.kit.i18n import prefer
from colloquy.web import pages

router = APIRouter(prefix="/account")


@router.get("")
async def own_account(request: Request, signed_in: CurrentSignIn, db: DbSession) -> Response:
    """What one may change about oneself, and where one is signed in."""
    return await _page(request, signed_in, db)


@router.post("/profile")
async def save_profile(
    request: Request, signed_in: CurrentSignIn, db: DbSession, name: Text = "", language: Text = ""
) -> Response:
    """Saves name and language."""
    try:
        given = schemas.understood(schemas.ProfileInput, name=name, language=language)
    except Malformed as error:
        values = {"name": name, "language": language}
        return await _page(request, signed_in, db, values=values, errors=error.fields, status=422)
    await account.change_profile(db, signed_in.actor.person_id, name=given.name, language=given.language)
    # What this browser chose before would stand above what the person has just chosen.
    prefer(given.language, again=True)
    response = pages.see_other(request, "/account", _("Saved."))
    cookies.take_back(request, response, reading.COOKIE)
    return response


@router.post("/password")
async def save_password(
    request: Request,
    signed_in: CurrentSignIn,
    db: DbSession,
    database: TheDatabase,
    secret: TheSecret,
    current: Text = "",
    password: Text = "",
) -> Response:
    """A new password, for whoever knows the current one. All other sessions end."""
    actor = signed_in.actor
    try:
        passwords.check_new(password, email=actor.email, name=actor.name, organisation=signed_in.organisation.name)
        await prove(database, secret, email=actor.email, password=current, network=current_actor.network(request))
    except Malformed as error:
        return await _page(request, signed_in, db, errors=error.fields, status=422)
    except WrongCredentials:
        errors = {"current": _("This is not your current password. Type it again.")}
        return await _page(request, signed_in, db, errors=errors, status=422)
    except TooManyAttempts as refusal:
        errors = {"current": refusal.message}
        response = await _page(request, signed_in, db, errors=errors, status=refusal.status)
        response.headers["Retry-After"] = str(refusal.extra["retry_after"])
        return response
    hashed = await passwords.hashed(password)
    await account.change_password(db, actor.person_id, hashed, keep=signed_in.session_id)
    return pages.see_other(request, "/account", _("Your password was changed, and every other session has ended."))


@router.post("/sessions/{session_id}/end")
async def end_session(request: Request, session_id: UUID, signed_in: FreshSignIn, db: DbSession) -> Response:
    """Signs one browser or program out."""
    await browser.end_one(db, signed_in.actor.person_id, session_id)
    return pages.see_other(request, "/account", _("That session has ended."))


@router.post("/sessions/end-others")
async def end_other_sessions(request: Request, signed_in: FreshSignIn, db: DbSession) -> Response:
    """Signs out everywhere but here."""
    await browser.end_others(db, signed_in.actor.person_id, signed_in.session_id)
    return pages.see_other(request, "/account", _("You are signed out everywhere but here."))


@router.post("/organisations/{org_id}")
async def act_for(request: Request, org_id: UUID, signed_in: IncompleteSignIn, db: DbSession) -> Response:
    """Makes this browser act for another of one's organisations."""
    if signed_in.how is How.SINGLE_SIGN_ON:
        # One organisation's provider says who somebody is to that organisation; another need not believe it.
        raise Forbidden(
            _("You came by single sign-on, which opens this organisation alone. Sign in with your password.")
        )
    name = await browser.move(db, signed_in.actor.person_id, signed_in.session_id, org_id)
    return pages.see_other(request, "/", _("You are in %(name)s now.", name=name))


async def _page(
    request: Request,
    signed_in: SignedIn,
    db: AsyncSession,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    actor = signed_in.actor
    signed_in_at = await account.sessions(db, actor.person_id, provided(request).get(Unused))
    return pages.render(
        request,
        "identity/account.html",
        status=status,
        section="account",
        values=values or {"name": actor.name, "language": signed_in.language},
        errors=errors or {},
        languages=language_choices(),
        password_rule=rule(),
        sessions=signed_in_at,
        here=signed_in.session_id,
        confirmed=is_fresh(signed_in.proved_at, clock.now()),
        how={session.id: in_words(session.how) for session in signed_in_at},
        factors=await factors.factors(db, actor.person_id),
        has_password=await account.has_password(db, actor.person_id),
        organisations=[] if signed_in.how is How.SINGLE_SIGN_ON else await account.organisations(db, actor.person_id),
        current_organisation=signed_in.organisation.id,
    )
