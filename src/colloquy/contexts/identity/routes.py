"""Identity as JSON, under /api."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request

from colloquy.contexts.identity import schemas
from colloquy.contexts.identity.errors import (
    AlreadyInvited,
    AlreadyMember,
    AlreadySetUp,
    NoTeam,
    RefreshRefused,
    TooManyAttempts,
    WrongCredentials,
)
from colloquy.contexts.identity.policy.roles import role_key, role_name
from colloquy.contexts.identity.queries import teams
from colloquy.contexts.identity.service import (
    access_tokens,
    browser,
    current_actor,
    invite,
    passwords,
    refresh,
    roles,
    set_up,
)
from colloquy.contexts.identity.service.current_actor import CurrentActor, CurrentSignIn
from colloquy.contexts.identity.service.prove import prove
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.errors import Forbidden, Malformed, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.web.csrf import CsrfChecked

# Nothing here looks at a cookie: what is sent in the body is all that counts, so no other site can ride on it.
auth = APIRouter(prefix="/auth", tags=["Signing in"])
router = APIRouter(tags=["Team"], dependencies=[CsrfChecked])

TheDatabase = Annotated[Database, instance(Database)]
TheSecret = Annotated[Secret, instance(Secret)]


@auth.post(
    "/login",
    response_model=schemas.TokensView,
    responses=problems(WrongCredentials, NoTeam, TooManyAttempts, Malformed),
)
async def login(
    given: schemas.Credentials, request: Request, database: TheDatabase, secret: TheSecret
) -> schemas.TokensView:
    """Signs a program in with a person's e-mail address and password."""
    person = await prove(
        database, secret, email=given.email, password=given.password, network=current_actor.network(request)
    )
    async with database.begin() as db:
        scope = Scope(await browser.home(db, person.id))
        tokens = await refresh.begin(
            db, secret, person_id=person.id, scope=scope, user_agent=current_actor.user_agent(request)
        )
    return _tokens(tokens)


@auth.post("/refresh", response_model=schemas.TokensView, responses=problems(RefreshRefused, Malformed))
async def renew(given: schemas.Refresh, database: TheDatabase, secret: TheSecret) -> schemas.TokensView:
    """A new pair for a refresh token, which is then used up."""
    # Not the request's transaction: a token that was used twice ends its family, and that stays although we refuse.
    async with database.begin() as db:
        tokens = await refresh.refresh(db, secret, given.refresh_token)
    return _tokens(tokens)


@auth.post("/logout", status_code=204, responses=problems(Malformed))
async def logout(given: schemas.Refresh, db: DbSession) -> None:
    """Ends the sign-in that this refresh token belongs to. Doing it twice is fine."""
    await refresh.end(db, given.refresh_token)


@auth.post("/register", status_code=201, response_model=schemas.TokensView, responses=problems(AlreadySetUp, Malformed))
async def register(
    given: schemas.SetUp, request: Request, database: TheDatabase, secret: TheSecret
) -> schemas.TokensView:
    """Sets the installation up: its first organisation and owner. Possible once."""
    async with database.begin() as db:
        await set_up.check_not_set_up(db)
    hashed = await passwords.hashed(given.password)
    async with database.begin() as db:
        actor = await set_up.set_up(
            db, organisation=given.organisation, name=given.name, email=given.email, password_hash=hashed
        )
        tokens = await refresh.begin(
            db, secret, person_id=actor.person_id, scope=actor.scope, user_agent=current_actor.user_agent(request)
        )
    return _tokens(tokens)


def _tokens(tokens: refresh.Tokens | None) -> schemas.TokensView:
    if tokens is None:
        raise RefreshRefused(_("This sign-in has ended. Sign in again with e-mail and password."))
    return schemas.TokensView(
        access_token=tokens.access, refresh_token=tokens.refresh, expires_in=access_tokens.LIFE_SECONDS
    )


@router.get("/me", response_model=schemas.MeView, responses=problems(NotSignedIn))
async def me(signed_in: CurrentSignIn) -> schemas.MeView:
    """Who is asking."""
    actor, organisation = signed_in.actor, signed_in.organisation
    return schemas.MeView(
        person=schemas.PersonView(id=actor.person_id, name=actor.name, email=actor.email, language=signed_in.language),
        organisation=schemas.OrganisationView(
            id=organisation.id,
            name=organisation.name,
            accent=organisation.accent,
            language=organisation.language,
            contact_email=organisation.contact_email,
        ),
        role=role_key(actor.role),
        role_name=role_name(actor.role),
        permissions=sorted(actor.permissions),
    )


@router.get("/team", response_model=schemas.TeamView, responses=problems(NotSignedIn, Forbidden))
async def team(actor: CurrentActor, request: Request, db: DbSession, secret: TheSecret) -> schemas.TeamView:
    """The team and the invitations that wait."""
    waiting = await invite.pending(db, secret, actor)
    members = await teams.team(db, actor.scope)
    return schemas.TeamView(
        members=[
            schemas.MemberView(
                person_id=member.person_id,
                name=member.name,
                email=member.email,
                role=role_key(member.role),
                role_name=role_name(member.role),
                joined_at=member.joined_at,
            )
            for member in members
        ],
        invitations=[_invitation(request, invited) for invited in waiting],
    )


@router.post(
    "/team/invitations",
    status_code=201,
    response_model=schemas.InvitationView,
    responses=problems(NotSignedIn, Forbidden, AlreadyInvited, AlreadyMember, Malformed),
)
async def invite_colleague(
    given: schemas.InvitationInput, actor: CurrentActor, request: Request, db: DbSession, secret: TheSecret
) -> schemas.InvitationView:
    """Invites a colleague: a letter goes out, and the link is answered too."""
    role = await roles.chosen(db, actor.scope, given.role)
    return _invitation(request, await invite.invite(db, secret, actor, email=given.email, role=role))


def _invitation(request: Request, invited: invite.Invited) -> schemas.InvitationView:
    return schemas.InvitationView(
        id=invited.invitation.id,
        email=invited.invitation.email,
        role=role_key(invited.invitation.role),
        role_name=role_name(invited.invitation.role),
        link=current_actor.join_link(request, invited.token),
        expires_at=invited.invitation.expires_at,
    )
