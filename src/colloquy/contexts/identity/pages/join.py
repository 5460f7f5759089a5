"""Accepting a colleague's invitation."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from colloquy.contexts.identity.errors import EmailTaken, TooManyAttempts, WrongCredentials
from colloquy.contexts.identity.pages.given import Text, TheDatabase, TheSecret, begin, keep_signed_in
from colloquy.contexts.identity.pages.second_step import lead_to
from colloquy.contexts.identity.policy.passwords import rule
from colloquy.contexts.identity.policy.role_words import explained
from colloquy.contexts.identity.policy.roles import CustomRole, role_name
from colloquy.contexts.identity.policy.sign_ins import How
from colloquy.contexts.identity.queries import factors
from colloquy.contexts.identity.schemas import people as schemas
from colloquy.contexts.identity.service import current_actor, join, passwords
from colloquy.contexts.identity.service.current_actor import SignedIn
from colloquy.contexts.identity.service.join import OpenInvitation
from colloquy.contexts.identity.service.prove import prove
from colloquy.kit.db import Database
from colloquy.kit.errors import Malformed, Refusal
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.web import pages

router = APIRouter()


@router.get("/join/{token}")
async def join_form(request: Request, token: str, db: DbSession) -> Response:
    """What the colleague is invited to, and the fields that are still needed from them."""
    viewer = await current_actor.find(request, db)
    opened = await join.open_invitation(db, token)
    return _page(request, token, opened, _proved_by(viewer))


@router.post("/join/{token}")
async def join_now(
    request: Request,
    token: str,
    database: TheDatabase,
    secret: TheSecret,
    name: Text = "",
    password: Text = "",
) -> Response:
    """Joins: as somebody new with a name and a password, or as oneself, proved by password or by being signed in."""
    async with database.begin() as db:
        viewer = await current_actor.find(request, db)
        opened = await join.open_invitation(db, token)
    viewer_id = _proved_by(viewer)
    try:
        if opened.person is None:
            cookie = await _join_as_new(request, database, token, opened, name=name, password=password)
        else:
            if opened.person.id != viewer_id:
                proved = await prove(
                    database,
                    secret,
                    email=opened.invitation.email,
                    password=password,
                    network=current_actor.network(request),
                )
                async with database.begin() as db:
                    if (await factors.factors(db, proved.id)).any:
                        # Signed in by both steps they come back here, and a click is enough.
                        return lead_to(request, secret, proved, f"/join/{token}")
            async with database.begin() as db:
                opened_now = await join.open_invitation(db, token)
                await join.join_as(db, opened_now, opened.person.id)
                cookie = await begin(db, request, opened.person.id, opened.scope.org_id)
    except Malformed as error:
        return _page(request, token, opened, viewer_id, name=name, errors=error.fields, status=422)
    except (WrongCredentials, TooManyAttempts, EmailTaken) as refusal:
        return _refused(request, token, opened, viewer_id, refusal)
    welcome = _("Welcome to %(name)s.", name=opened.organisation.name)
    return keep_signed_in(request, pages.see_other(request, "/", welcome), cookie)


def _proved_by(viewer: SignedIn | None) -> UUID | None:
    # Single sign-on proves somebody to the organisation whose provider it is, and to no other: this one could be.
    return None if viewer is None or viewer.how is How.SINGLE_SIGN_ON else viewer.actor.person_id


async def _join_as_new(
    request: Request, database: Database, token: str, opened: OpenInvitation, *, name: str, password: str
) -> str:
    given = schemas.understood(schemas.Newcomer, name=name, email=opened.invitation.email, password=password)
    passwords.check_new(given.password, email=given.email, name=given.name, organisation=opened.organisation.name)
    hashed = await passwords.hashed(given.password)
    async with database.begin() as db:
        opened_now = await join.open_invitation(db, token)
        person_id = await join.join_as_new(db, opened_now, name=given.name, password_hash=hashed)
        return await begin(db, request, person_id, opened.scope.org_id)


def _refused(
    request: Request, token: str, opened: OpenInvitation, viewer_id: UUID | None, refusal: Refusal
) -> Response:
    errors = {"password": refusal.message}
    response = _page(request, token, opened, viewer_id, errors=errors, status=refusal.status)
    if "retry_after" in refusal.extra:
        response.headers["Retry-After"] = str(refusal.extra["retry_after"])
    return response


def _page(
    request: Request,
    token: str,
    opened: OpenInvitation,
    viewer_id: UUID | None,
    *,
    name: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    person, role = opened.person, opened.invitation.role
    return pages.render(
        request,
        "identity/join.html",
        status=status,
        company=opened.organisation.name,
        language=opened.organisation.language,
        accent_css=current_actor.accent_css(opened.organisation),
        action=f"/join/{token}",
        email=opened.invitation.email,
        role=role_name(role) if isinstance(role, CustomRole) else role_name(role).lower(),
        role_explained=explained(role),
        known=person is not None,
        proved=person is not None and person.id == viewer_id,
        name=name,
        errors=errors or {},
        password_rule=rule(),
    )
