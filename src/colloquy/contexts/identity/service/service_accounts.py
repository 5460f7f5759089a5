"""Accounts for programs, and the keys they come with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import KeyEnded
from colloquy.contexts.identity.models import ApiKey, ServiceAccount
from colloquy.contexts.identity.policy import api_keys as policy
from colloquy.contexts.identity.policy.roles import Actor, AnyRole, Permission, Role, may_give, permissions_of
from colloquy.contexts.identity.queries import service_accounts as queries
from colloquy.contexts.identity.service.token_routes import keep_route
from colloquy.kit import clock
from colloquy.kit.errors import Forbidden, Malformed, NotFound
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_id, token_hash

ROUTE_KIND = "api_key"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its secret, which is shown once and stored nowhere."""

    key: ApiKey
    secret: str


async def make_account(db: AsyncSession, actor: Actor, *, name: str, role: AnyRole) -> ServiceAccount:
    """A new account. Raises Forbidden for a role that allows more than the maker's own."""
    actor.require(Permission.KEYS_MANAGE)
    _check_role(actor, role)
    account_id, now = new_id(), clock.now()
    await queries.insert_account(db, actor.scope, account_id, name, role, actor.person_id, now)
    return ServiceAccount(account_id, name, role, actor.person_id, now)


async def rename_account(db: AsyncSession, actor: Actor, account_id: UUID, *, name: str) -> None:
    """Another name. Raises Forbidden and NotFound."""
    await account(db, actor, account_id)
    await queries.rename(db, account_id, name)


async def remove_account(db: AsyncSession, actor: Actor, account_id: UUID) -> None:
    """Ends the account and its keys for good; what it made stays. Raises Forbidden and NotFound."""
    await account(db, actor, account_id)
    await queries.remove(db, actor.scope, account_id, clock.now())


async def account(db: AsyncSession, actor: Actor, account_id: UUID) -> ServiceAccount:
    """The account. Raises Forbidden and NotFound."""
    actor.require(Permission.KEYS_MANAGE)
    found = await queries.account(db, actor.scope, account_id)
    if found is None:
        raise NotFound(_("No such service account."))
    return found


async def everything(db: AsyncSession, actor: Actor) -> tuple[list[ServiceAccount], list[ApiKey]]:
    """The accounts, and all keys of the organisation, the newest first. Raises Forbidden."""
    actor.require(Permission.KEYS_MANAGE)
    return await queries.accounts(db, actor.scope), await queries.keys(db, actor.scope)


async def make_key(
    db: AsyncSession, actor: Actor, account_id: UUID, *, name: str, scopes: frozenset[Permission], days: int
) -> NewKey:
    """A new key of the account, for `days`. Raises Forbidden, NotFound, and Malformed on `scopes`."""
    owner = await account(db, actor, account_id)
    if not scopes <= permissions_of(owner.role):
        wrong = _("Choose only what the account's role allows.")
        raise Malformed(wrong, fields={"scopes": wrong})
    return await _make_key(db, actor, owner.id, name, scopes, timedelta(days=days))


async def revoke_key(db: AsyncSession, actor: Actor, key_id: UUID) -> None:
    """Makes a key worthless at once; a second time is fine. Raises Forbidden and NotFound."""
    await key(db, actor, key_id)
    await queries.revoke(db, actor.scope, key_id, clock.now())


async def rotate_key(db: AsyncSession, actor: Actor, key_id: UUID, *, overlap_hours: int) -> NewKey:
    """A successor that may do the same for as long; the old key works on for `overlap_hours`.

    Raises Forbidden, NotFound, and KeyEnded for a key that works no more or has a successor.
    """
    old, now = await key(db, actor, key_id), clock.now()
    if not old.works(now) or old.replaced_by is not None:
        raise KeyEnded(_("This key has ended or was rotated before. Make a new one."))
    made = await _make_key(db, actor, old.account_id, old.name, old.scopes, old.expires_at - old.created_at)
    await queries.replace(db, actor.scope, key_id, made.key.id, now + policy.OVERLAPS[overlap_hours])
    return made


async def key(db: AsyncSession, actor: Actor, key_id: UUID) -> ApiKey:
    """The key. Raises Forbidden and NotFound."""
    actor.require(Permission.KEYS_MANAGE)
    found = await queries.key(db, actor.scope, key_id)
    if found is None:
        raise NotFound(_("No such key."))
    return found


async def _make_key(
    db: AsyncSession, actor: Actor, account_id: UUID, name: str, scopes: frozenset[Permission], life: timedelta
) -> NewKey:
    # Whoever holds the secret can do all this: it is never more than the person it is shown to may do.
    if not may_give(actor, scopes):
        raise Forbidden(_("A key cannot do more than you may do yourself. Choose fewer scopes, or ask an admin."))
    secret, now = policy.new_key(), clock.now()
    made = ApiKey(
        new_id(),
        account_id,
        name,
        policy.shown(secret),
        scopes,
        created_by=actor.person_id,
        created_at=now,
        expires_at=now + min(life, timedelta(days=policy.LONGEST_DAYS)),
    )
    await queries.insert_key(db, actor.scope, made, token_hash(secret))
    await keep_route(db, secret, actor.scope, ROUTE_KIND)
    return NewKey(made, secret)


def _check_role(actor: Actor, role: AnyRole) -> None:
    if role is Role.OWNER:
        raise Forbidden(_("Only people can own an organisation. Choose another role."))
    if not may_give(actor, permissions_of(role)):
        raise Forbidden(_("This role allows more than your own does. Choose another, or ask an admin."))


def state(found: ApiKey, now: datetime) -> str:
    """`active`, `ending` (it has a successor), `expired` or `revoked`."""
    if found.revoked_at is not None:
        return "revoked"
    if found.expires_at <= now:
        return "expired"
    return "active" if found.replaced_by is None else "ending"
