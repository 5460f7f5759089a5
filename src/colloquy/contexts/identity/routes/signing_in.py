"""Programs that sign in as people, and the first owner, as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request

from colloquy.contexts.identity.errors import (
    AlreadySetUp,
    CodeNeeded,
    NoTeam,
    RefreshRefused,
    SecondFactorRequired,
    SingleSignOnRequired,
    TooManyAttempts,
    WrongCode,
    WrongCredentials,
)
from colloquy.contexts.identity.policy.sign_ins import Unused
from colloquy.contexts.identity.schemas import people as schemas
from colloquy.contexts.identity.service import access_tokens, browser, current_actor, passwords, refresh, set_up
from colloquy.contexts.identity.service.complete import check_complete
from colloquy.contexts.identity.service.factors import program_code
from colloquy.contexts.identity.service.prove import prove
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.errors import Malformed
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _

# Nothing here looks at a cookie: what is sent in the body is all that counts, so no other site can ride on it.
router = APIRouter(prefix="/auth", tags=["Signing in"])

TheDatabase = Annotated[Database, instance(Database)]
TheSecret = Annotated[Secret, instance(Secret)]
TheUnused = Annotated[Unused, instance(Unused)]


@router.post(
    "/login",
    response_model=schemas.TokensView,
    responses=problems(
        WrongCredentials,
        CodeNeeded,
        WrongCode,
        NoTeam,
        SingleSignOnRequired,
        SecondFactorRequired,
        TooManyAttempts,
        Malformed,
    ),
)
async def login(
    given: schemas.Login, request: Request, database: TheDatabase, secret: TheSecret, unused: TheUnused
) -> schemas.TokensView:
    """Signs a program in with a person's e-mail address and password, and a code where they have a second factor."""
    person = await prove(
        database, secret, email=given.email, password=given.password, network=current_actor.network(request)
    )
    async with database.begin() as db:
        scope = Scope(await browser.home(db, person.id))
    how = await program_code(database, secret, person.id, given.code, current_actor.network(request))
    async with database.begin() as db:
        tokens = await refresh.begin(
            db,
            secret,
            person_id=person.id,
            scope=scope,
            user_agent=current_actor.user_agent(request),
            how=how,
            unused=unused,
        )
        await check_complete(db, scope, person.id, how)
    return _tokens(tokens)


@router.post("/refresh", response_model=schemas.TokensView, responses=problems(RefreshRefused, Malformed))
async def renew(
    given: schemas.Refresh, database: TheDatabase, secret: TheSecret, unused: TheUnused
) -> schemas.TokensView:
    """A new pair for a refresh token, which is then used up."""
    # Not the request's transaction: a token that was used twice ends its family, and that stays although we refuse.
    async with database.begin() as db:
        tokens = await refresh.refresh(db, secret, given.refresh_token, unused)
    return _tokens(tokens)


@router.post("/logout", status_code=204, responses=problems(Malformed))
async def logout(given: schemas.Refresh, db: DbSession) -> None:
    """Ends the sign-in that this refresh token belongs to. Doing it twice is fine."""
    await refresh.end(db, given.refresh_token)


@router.post(
    "/register", status_code=201, response_model=schemas.TokensView, responses=problems(AlreadySetUp, Malformed)
)
async def register(
    given: schemas.SetUp, request: Request, database: TheDatabase, secret: TheSecret, unused: TheUnused
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
            db,
            secret,
            person_id=actor.person_id,
            scope=actor.scope,
            user_agent=current_actor.user_agent(request),
            unused=unused,
        )
    return _tokens(tokens)


def _tokens(tokens: refresh.Tokens | None) -> schemas.TokensView:
    if tokens is None:
        raise RefreshRefused(_("This sign-in has ended. Sign in again with e-mail and password."))
    return schemas.TokensView(
        access_token=tokens.access, refresh_token=tokens.refresh, expires_in=access_tokens.LIFE_SECONDS
    )
