"""Service accounts and their API keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import KeyEnded
from colloquy.contexts.identity.models import ServiceAccount
from colloquy.contexts.identity.pages.given import Chosen, Text
from colloquy.contexts.identity.policy import api_keys as policy
from colloquy.contexts.identity.policy import key_letters, role_words
from colloquy.contexts.identity.policy.roles import (
    Actor,
    Permission,
    Role,
    may_give,
    permissions_of,
    role_key,
    role_name,
)
from colloquy.contexts.identity.queries import teams
from colloquy.contexts.identity.schemas import programs as schemas
from colloquy.contexts.identity.schemas.people import understood
from colloquy.contexts.identity.service import roles, service_accounts
from colloquy.contexts.identity.service.current_actor import CurrentActor
from colloquy.contexts.identity.service.service_accounts import NewKey
from colloquy.kit import clock
from colloquy.kit.errors import Forbidden, Malformed
from colloquy.kit.http.state import DbSession
from colloquy.kit.i18n import gettext as _
from colloquy.kit.numbers import whole
from colloquy.web import pages

HOME = "/settings/api-keys"
router = APIRouter(prefix=HOME)


@router.get("")
async def read_keys(request: Request, actor: CurrentActor, db: DbSession) -> Response:
    """The accounts with their keys, and the form that makes an account."""
    return await _page(request, db, actor)


@router.post("/accounts")
async def make_account(
    request: Request, actor: CurrentActor, db: DbSession, name: Text = "", role: Text = ""
) -> Response:
    """Makes an account and goes on to its first key."""
    values = {"name": name, "role": role}
    try:
        given = understood(schemas.AccountInput, **values)
        chosen = await roles.chosen(db, actor.scope, given.role)
        made = await service_accounts.make_account(db, actor, name=given.name, role=chosen)
    except Malformed as error:
        return await _page(request, db, actor, values=values, errors=error.fields, status=422)
    return pages.see_other(request, f"{HOME}/accounts/{made.id}/new", _("The account is there. Now its first key."))


@router.get("/accounts/{account_id}/remove")
async def ask_before_removing(request: Request, account_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Asks before an account ends."""
    account = await service_accounts.account(db, actor, account_id)
    explained = _("The account ends with all its keys, at once and for good. What it made stays.")
    return _ask(request, account.name, explained, f"{HOME}/accounts/{account_id}/remove", _("End account"))


@router.post("/accounts/{account_id}/remove")
async def remove_account(request: Request, account_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Ends an account and its keys."""
    account = await service_accounts.account(db, actor, account_id)
    await service_accounts.remove_account(db, actor, account_id)
    return pages.see_other(request, HOME, _("%(name)s and its keys have ended.", name=account.name))


@router.get("/accounts/{account_id}/new")
async def new_key(request: Request, account_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """The form for a key."""
    account = await service_accounts.account(db, actor, account_id)
    return _form(request, actor, account, {"name": "", "scopes": [], "days": policy.DEFAULT_DAYS})


@router.post("/accounts/{account_id}/keys")
async def make_key(
    request: Request,
    account_id: UUID,
    actor: CurrentActor,
    db: DbSession,
    scopes: Chosen,
    name: Text = "",
    days: Text = "",
) -> Response:
    """Makes a key and shows it, this once."""
    account = await service_accounts.account(db, actor, account_id)
    values = {"name": name, "scopes": scopes, "days": days}
    try:
        given = understood(
            schemas.ApiKeyInput,
            account_id=account_id,
            name=name,
            scopes=scopes,
            days=whole(days) or 0,
        )
        made = await service_accounts.make_key(
            db, actor, account_id, name=given.name, scopes=frozenset(given.scopes), days=given.days
        )
    except Malformed as error:
        return _form(request, actor, account, values, errors=error.fields, status=422)
    except Forbidden as refusal:
        return _form(request, actor, account, values, errors={"scopes": refusal.message}, status=refusal.status)
    return _shown(request, account, made)


@router.get("/{key_id}/rotate")
async def rotate_form(request: Request, key_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """How long the old key works on."""
    key = await service_accounts.key(db, actor, key_id)
    return _rotate(request, key_id, key.name)


@router.post("/{key_id}/rotate")
async def rotate_key(
    request: Request, key_id: UUID, actor: CurrentActor, db: DbSession, overlap_hours: Text = ""
) -> Response:
    """Makes the successor and shows it, this once."""
    key = await service_accounts.key(db, actor, key_id)
    account = await service_accounts.account(db, actor, key.account_id)
    hours = whole(overlap_hours)
    if hours is None or hours not in policy.OVERLAPS:
        return _rotate(request, key_id, key.name, errors={"overlap_hours": _("Choose one of the list.")}, status=422)
    try:
        made = await service_accounts.rotate_key(db, actor, key_id, overlap_hours=hours)
    except KeyEnded as refusal:
        return _rotate(request, key_id, key.name, errors={"overlap_hours": refusal.message}, status=refusal.status)
    return _shown(request, account, made)


@router.get("/{key_id}/revoke")
async def ask_before_revoking(request: Request, key_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Asks before a key ends."""
    key = await service_accounts.key(db, actor, key_id)
    explained = _("The key opens nothing from that moment on, and this cannot be undone.")
    return _ask(request, key.name, explained, f"{HOME}/{key_id}/revoke", _("Revoke key"))


@router.post("/{key_id}/revoke")
async def revoke_key(request: Request, key_id: UUID, actor: CurrentActor, db: DbSession) -> Response:
    """Makes a key worthless."""
    await service_accounts.revoke_key(db, actor, key_id)
    return pages.see_other(request, HOME, _("The key is worthless from now on."))


def _ask(request: Request, name: str, explained: str, action: str, button: str) -> Response:
    return pages.render(
        request,
        "identity/api_key_end.html",
        section="settings",
        name=name,
        explained=explained,
        action=action,
        button=button,
    )


def _shown(request: Request, account: ServiceAccount, made: NewKey) -> Response:
    response = pages.render(
        request, "identity/api_key_made.html", section="settings", account=account, key=made.key, secret=made.secret
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _rotate(
    request: Request, key_id: UUID, name: str, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return pages.render(
        request,
        "identity/api_key_rotate.html",
        status=status,
        section="settings",
        key={"id": key_id, "name": name},
        errors=errors or {},
        overlaps=[(0, _("Not at all")), (1, _("One hour")), (24, _("One day")), (168, _("Seven days"))],
        chosen=policy.DEFAULT_OVERLAP_HOURS,
    )


def _form(
    request: Request,
    actor: Actor,
    account: ServiceAccount,
    values: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return pages.render(
        request,
        "identity/api_key_form.html",
        status=status,
        section="settings",
        account=account,
        values=values,
        errors=errors or {},
        options=[
            {"value": permission.value, "text": role_words.permission_name(permission)}
            for permission in Permission
            if permission in actor.permissions & permissions_of(account.role)
        ],
        lives=[(days, _("%(days)s days", days=days)) for days in (7, 30, policy.DEFAULT_DAYS, 180)]
        + [(policy.LONGEST_DAYS, _("One year"))],
    )


async def _page(
    request: Request,
    db: AsyncSession,
    actor: Actor,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    accounts, keys = await service_accounts.everything(db, actor)
    names = await teams.person_names(db, actor.scope, {account.created_by for account in accounts})
    now = clock.now()
    return pages.render(
        request,
        "identity/api_keys.html",
        status=status,
        section="settings",
        accounts=[
            {
                "id": account.id,
                "name": account.name,
                "role_name": role_name(account.role),
                "made_by": names.get(account.created_by, ""),
                "keys": [
                    {
                        "row": key,
                        "state": service_accounts.state(key, now),
                        "works": key.works(now),
                        "days_left": key_letters.days_left(key.expires_at, now),
                    }
                    for key in keys
                    if key.account_id == account.id
                ],
            }
            for account in accounts
        ],
        roles=[
            (role_key(role), role_name(role))
            for role in reversed(await roles.all_roles(db, actor.scope))
            if role is not Role.OWNER and may_give(actor, permissions_of(role))
        ],
        values=values or {"name": "", "role": ""},
        errors=errors or {},
    )
