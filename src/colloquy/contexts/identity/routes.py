"""Identity as JSON, under /api."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request

from colloquy.contexts.identity import schemas
from colloquy.contexts.identity.errors import (
    AlreadyInvited,
    AlreadyMember,
    AlreadySetUp,
    CodeNeeded,
    KeyEnded,
    NoTeam,
    RefreshRefused,
    RoleInUse,
    RoleNameTaken,
    SecondFactorRequired,
    SingleSignOnRequired,
    TooManyAttempts,
    WrongCode,
    WrongCredentials,
)
from colloquy.contexts.identity.models import ApiKey, ServiceAccount
from colloquy.contexts.identity.policy.role_words import permission_name
from colloquy.contexts.identity.policy.roles import (
    AnyRole,
    CustomRole,
    Permission,
    permissions_of,
    role_key,
    role_name,
)
from colloquy.contexts.identity.policy.sign_ins import Unused
from colloquy.contexts.identity.queries import teams
from colloquy.contexts.identity.service import (
    access_tokens,
    browser,
    current_actor,
    invite,
    members,
    passwords,
    refresh,
    roles,
    service_accounts,
    set_up,
)
from colloquy.contexts.identity.service.complete import check_complete
from colloquy.contexts.identity.service.current_actor import CurrentActor, CurrentSignIn
from colloquy.contexts.identity.service.factors import program_code
from colloquy.contexts.identity.service.prove import prove
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.kit.errors import Forbidden, Malformed, NotFound, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession, instance
from colloquy.kit.i18n import gettext as _
from colloquy.web.csrf import CsrfChecked

# Nothing here looks at a cookie: what is sent in the body is all that counts, so no other site can ride on it.
auth = APIRouter(prefix="/auth", tags=["Signing in"])
router = APIRouter(tags=["Team"], dependencies=[CsrfChecked])

TheDatabase = Annotated[Database, instance(Database)]
TheSecret = Annotated[Secret, instance(Secret)]
TheUnused = Annotated[Unused, instance(Unused)]


@auth.post(
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


@auth.post("/refresh", response_model=schemas.TokensView, responses=problems(RefreshRefused, Malformed))
async def renew(
    given: schemas.Refresh, database: TheDatabase, secret: TheSecret, unused: TheUnused
) -> schemas.TokensView:
    """A new pair for a refresh token, which is then used up."""
    # Not the request's transaction: a token that was used twice ends its family, and that stays although we refuse.
    async with database.begin() as db:
        tokens = await refresh.refresh(db, secret, given.refresh_token, unused)
    return _tokens(tokens)


@auth.post("/logout", status_code=204, responses=problems(Malformed))
async def logout(given: schemas.Refresh, db: DbSession) -> None:
    """Ends the sign-in that this refresh token belongs to. Doing it twice is fine."""
    await refresh.end(db, given.refresh_token)


@auth.post("/register", status_code=201, response_model=schemas.TokensView, responses=problems(AlreadySetUp, Malformed))
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


@router.delete(
    "/team/members/{person_id}/sessions", status_code=204, responses=problems(NotSignedIn, Forbidden, NotFound)
)
async def end_member_sessions(person_id: UUID, actor: CurrentActor, db: DbSession) -> None:
    """Signs a member out of the organisation, everywhere."""
    await members.end_sessions(db, actor, person_id)


@router.delete("/team/sessions", status_code=204, responses=problems(NotSignedIn, Forbidden))
async def end_all_sessions(actor: CurrentActor, db: DbSession) -> None:
    """Signs everybody out of the organisation whom one could also remove, but for oneself."""
    await members.end_all_sessions(db, actor)


@router.get("/roles", response_model=schemas.RolesView, responses=problems(NotSignedIn))
async def read_roles(actor: CurrentActor, db: DbSession) -> schemas.RolesView:
    """What each role allows."""
    return schemas.RolesView(
        permissions=[schemas.PermissionView(key=one, name=permission_name(one)) for one in Permission],
        roles=[_role(role) for role in await roles.all_roles(db, actor.scope)],
    )


@router.post(
    "/roles",
    status_code=201,
    response_model=schemas.RoleView,
    responses=problems(NotSignedIn, Forbidden, RoleNameTaken, Malformed),
)
async def make_role(given: schemas.RoleInput, actor: CurrentActor, db: DbSession) -> schemas.RoleView:
    """Makes a role of the organisation's own, of what the maker may do."""
    return _role(await roles.make_role(db, actor, name=given.name, permissions=frozenset(given.permissions)))


@router.put(
    "/roles/{role_id}",
    response_model=schemas.RoleView,
    responses=problems(NotSignedIn, Forbidden, NotFound, RoleNameTaken, Malformed),
)
async def change_role(role_id: UUID, given: schemas.RoleInput, actor: CurrentActor, db: DbSession) -> schemas.RoleView:
    """Changes a role for everybody who has it."""
    permissions = frozenset(given.permissions)
    return _role(await roles.change_role(db, actor, role_id, name=given.name, permissions=permissions))


@router.delete(
    "/roles/{role_id}",
    status_code=204,
    responses=problems(NotSignedIn, Forbidden, NotFound, RoleInUse, Malformed),
)
async def delete_role(
    role_id: UUID, actor: CurrentActor, db: DbSession, move_to: Annotated[str, Query(max_length=40)] = ""
) -> None:
    """Deletes a role. `move_to` is the role of those who have it."""
    target = await roles.chosen(db, actor.scope, move_to, "move_to") if move_to else None
    await roles.delete_role(db, actor, role_id, target)


def _role(role: AnyRole) -> schemas.RoleView:
    return schemas.RoleView(
        key=role_key(role),
        name=role_name(role),
        built_in=not isinstance(role, CustomRole),
        permissions=sorted(permissions_of(role)),
    )


@router.get("/service-accounts", response_model=schemas.ServiceAccountsView, responses=problems(NotSignedIn, Forbidden))
async def read_accounts(actor: CurrentActor, db: DbSession) -> schemas.ServiceAccountsView:
    """The accounts for programs."""
    accounts, _keys = await service_accounts.everything(db, actor)
    return schemas.ServiceAccountsView(items=[_account(account) for account in accounts])


@router.post(
    "/service-accounts",
    status_code=201,
    response_model=schemas.ServiceAccountView,
    responses=problems(NotSignedIn, Forbidden, Malformed),
)
async def make_account(given: schemas.AccountInput, actor: CurrentActor, db: DbSession) -> schemas.ServiceAccountView:
    """Makes an account, with a role that allows no more than the maker's."""
    role = await roles.chosen(db, actor.scope, given.role)
    return _account(await service_accounts.make_account(db, actor, name=given.name, role=role))


@router.patch(
    "/service-accounts/{account_id}",
    response_model=schemas.ServiceAccountView,
    responses=problems(NotSignedIn, Forbidden, NotFound, Malformed),
)
async def rename_account(
    account_id: UUID, given: schemas.AccountNameInput, actor: CurrentActor, db: DbSession
) -> schemas.ServiceAccountView:
    """Renames an account."""
    await service_accounts.rename_account(db, actor, account_id, name=given.name)
    return _account(await service_accounts.account(db, actor, account_id))


@router.delete("/service-accounts/{account_id}", status_code=204, responses=problems(NotSignedIn, Forbidden, NotFound))
async def remove_account(account_id: UUID, actor: CurrentActor, db: DbSession) -> None:
    """Ends an account and its keys for good. What it made stays."""
    await service_accounts.remove_account(db, actor, account_id)


@router.get("/api-keys", response_model=schemas.ApiKeysView, responses=problems(NotSignedIn, Forbidden))
async def read_keys(actor: CurrentActor, db: DbSession) -> schemas.ApiKeysView:
    """All keys, the newest first, without their secrets."""
    _accounts, keys = await service_accounts.everything(db, actor)
    return schemas.ApiKeysView(items=[schemas.ApiKeyView(**_key(key)) for key in keys])


@router.post(
    "/api-keys",
    status_code=201,
    response_model=schemas.NewApiKeyView,
    responses=problems(NotSignedIn, Forbidden, NotFound, Malformed),
)
async def make_key(given: schemas.ApiKeyInput, actor: CurrentActor, db: DbSession) -> schemas.NewApiKeyView:
    """Makes a key. Its secret is answered here and never again."""
    made = await service_accounts.make_key(
        db, actor, given.account_id, name=given.name, scopes=frozenset(given.scopes), days=given.days
    )
    return schemas.NewApiKeyView(**_key(made.key), secret=made.secret)


@router.post(
    "/api-keys/{key_id}/rotate",
    status_code=201,
    response_model=schemas.NewApiKeyView,
    responses=problems(NotSignedIn, Forbidden, NotFound, KeyEnded, Malformed),
)
async def rotate_key(
    key_id: UUID, given: schemas.RotationInput, actor: CurrentActor, db: DbSession
) -> schemas.NewApiKeyView:
    """Makes a successor that may do the same for as long; the old key works on for a while."""
    made = await service_accounts.rotate_key(db, actor, key_id, overlap_hours=given.overlap_hours)
    return schemas.NewApiKeyView(**_key(made.key), secret=made.secret)


@router.delete("/api-keys/{key_id}", status_code=204, responses=problems(NotSignedIn, Forbidden, NotFound))
async def revoke_key(key_id: UUID, actor: CurrentActor, db: DbSession) -> None:
    """Makes a key worthless at once. Doing it twice is fine."""
    await service_accounts.revoke_key(db, actor, key_id)


def _account(account: ServiceAccount) -> schemas.ServiceAccountView:
    return schemas.ServiceAccountView(
        id=account.id,
        name=account.name,
        role=role_key(account.role),
        role_name=role_name(account.role),
        created_at=account.created_at,
    )


def _key(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "account_id": key.account_id,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": sorted(key.scopes),
        "state": service_accounts.state(key, clock.now()),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
        "last_used_network": key.last_used_network,
    }
