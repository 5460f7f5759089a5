"""Accounts for programs and their keys, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from colloquy.contexts.identity.errors import KeyEnded
from colloquy.contexts.identity.models import ApiKey, ServiceAccount
from colloquy.contexts.identity.policy.roles import role_key, role_name
from colloquy.contexts.identity.schemas import programs as schemas
from colloquy.contexts.identity.service import roles, service_accounts
from colloquy.contexts.identity.service.current_actor import CurrentActor
from colloquy.kit import clock
from colloquy.kit.errors import Forbidden, Malformed, NotFound, NotSignedIn
from colloquy.kit.http.problem import problems
from colloquy.kit.http.state import DbSession

router = APIRouter(tags=["Team"])


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
