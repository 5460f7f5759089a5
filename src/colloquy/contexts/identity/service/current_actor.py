"""Who a request comes from: a browser by its cookie, a program by its access token."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.errors import ConfirmFirst
from colloquy.contexts.identity.models import Organisation, SignIn
from colloquy.contexts.identity.policy import api_keys
from colloquy.contexts.identity.policy.addresses import coarse
from colloquy.contexts.identity.policy.navigation import navigation
from colloquy.contexts.identity.policy.roles import Actor, role_name
from colloquy.contexts.identity.policy.sign_ins import How, Missing, Unused, is_fresh
from colloquy.contexts.identity.queries import service_accounts
from colloquy.contexts.identity.queries import signed_in as queries
from colloquy.contexts.identity.queries.signed_in import About
from colloquy.contexts.identity.service import access_tokens
from colloquy.contexts.identity.service.complete import refuse_incomplete
from colloquy.contexts.identity.service.service_accounts import ROUTE_KIND
from colloquy.contexts.identity.service.token_routes import scope_of
from colloquy.kit import audit, clock, i18n
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Scope, enter
from colloquy.kit.errors import NotSignedIn
from colloquy.kit.http import cookies
from colloquy.kit.http.proxies import network_of
from colloquy.kit.http.state import DbSession, provided
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import token_hash

COOKIE = "colloquy_session"
_SEEN_EVERY = timedelta(minutes=5)  # a write on every read of a page would be the page's dearest part

# Describes the header in the OpenAPI document; the header itself is read below.
_described = HTTPBearer(
    auto_error=False,
    description="An API key of a service account, or the `access_token` of `POST /api/auth/login`.",
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The actor with what their own pages need. `session_id` names the browser session or the program's sign-in.

    `missing` is what their organisation still asks for; until then they may do nothing in it.
    """

    actor: Actor
    organisation: Organisation
    language: str
    session_id: UUID
    how: How = How.PASSWORD
    missing: Missing | None = None
    proved_at: datetime | None = None


def network(request: Request) -> str:
    """The network that the request came from: an address, or the /64 around it."""
    return network_of(request.client.host) if request.client else "unknown"


def user_agent(request: Request) -> str:
    """What the browser or program calls itself; empty when it does not."""
    return request.headers.get("user-agent", "")


def join_link(request: Request, token: str) -> str:
    """The address of an invitation, at the address by which the asking browser reached us."""
    return f"{str(request.base_url).rstrip('/')}/join/{token}"


def accent_css(organisation: Organisation) -> str:
    """The address of the stylesheet with the organisation's colour, for `accent_css` of a page."""
    return f"/brand/{organisation.accent.removeprefix('#')}.css"


async def find(request: Request, db: AsyncSession) -> SignedIn | None:
    """Who the request comes from, with their tenant entered; None when nobody is signed in.

    A request with an `Authorization` header stands or falls with it: it is exempt from the CSRF check, so
    its cookie must count for nothing.
    """
    given = request.headers.get("authorization")
    if given is not None:
        return await _program(request, db, given)
    token = cookies.given(request, COOKIE)
    if not token:
        return None
    now = clock.now()
    unused = provided(request).get(Unused)
    sign_in = await queries.browser_sign_in(db, token_hash(token), now, now - unused.limit)
    if sign_in is None:
        return None
    if sign_in.seen_at is not None and now - sign_in.seen_at > _SEEN_EVERY:
        await queries.touch_browser(db, sign_in.id, now)
    return await _signed_in(request, db, sign_in)


async def _program(request: Request, db: AsyncSession, header: str) -> SignedIn | None:
    scheme, _, token = header.partition(" ")
    if scheme.lower() == "bearer" and token.startswith(api_keys.PREFIX):
        return await _service_account(request, db, token)
    claims = access_tokens.read(provided(request).get(Secret), token) if scheme.lower() == "bearer" else None
    if claims is None:
        return None
    sign_in = await queries.api_sign_in(db, claims.sign_in_id, claims.person_id, claims.org_id, clock.now())
    return None if sign_in is None else await _signed_in(request, db, sign_in)


async def _service_account(request: Request, db: AsyncSession, key: str) -> SignedIn | None:
    # Keys open the API alone: no page, and so nothing that people do about themselves.
    if not api_keys.is_key(key) or not request.url.path.startswith("/api/"):
        return None
    scope, now = await scope_of(db, key, ROUTE_KIND), clock.now()
    if scope is None:
        return None
    await enter(db, scope)
    found = await service_accounts.working_key(db, scope, token_hash(key), now)
    if found is None:
        return None
    standing = await queries.standing(db, scope, found.account_id, _about(request), only=found.scopes)
    if standing is None:
        return None
    if found.last_used_at is None or now - found.last_used_at > _SEEN_EVERY:
        await service_accounts.touch(db, scope, found.key_id, now, coarse(network(request)))
    audit.acting(audit.ActorKind.SERVICE_ACCOUNT, found.account_id)
    actor = Actor(found.account_id, found.name, "", standing.role, standing.scope, found.scopes, standing.level)
    return SignedIn(actor, standing.organisation, found.language, found.key_id)


def _about(request: Request) -> About:
    """What the address names. Something that is no id names nothing, and is refused further on."""
    named: dict[str, UUID] = {}
    for parameter in ("interview_id", "session_id"):
        with suppress(KeyError, ValueError):
            named[parameter] = UUID(request.path_params[parameter])
    return About(**named)


async def _signed_in(request: Request, db: AsyncSession, sign_in: SignIn) -> SignedIn | None:
    scope = Scope(sign_in.org_id)
    # The role comes from the team as it is now, not from the token: a changed role holds from the next request on.
    standing = await queries.standing(db, scope, sign_in.person_id, _about(request), how=sign_in.how)
    if standing is None:
        return None
    i18n.prefer(sign_in.language)
    audit.acting(audit.ActorKind.PERSON, sign_in.person_id)
    actor = Actor(sign_in.person_id, sign_in.name, sign_in.email, standing.role, standing.scope, level=standing.level)
    unused = provided(request).get(Unused).limit
    request.state.page_context = page_context(actor, standing.organisation, sign_in.language)
    request.state.page_context["unused_seconds"] = int(unused.total_seconds())
    return SignedIn(
        actor,
        standing.organisation,
        sign_in.language,
        sign_in.id,
        sign_in.how,
        standing.missing,
        sign_in.proved_at,
    )


def page_context(actor: Actor, organisation: Organisation, language: str) -> dict[str, Any]:
    """What every page of somebody signed in is given."""
    return {
        "person": {"name": actor.name, "email": actor.email, "role": actor.role, "role_name": role_name(actor.role)},
        "organisation": {"name": organisation.name},
        "navigation": navigation(actor),
        "accent_css": accent_css(organisation),
        "language": language,
    }


async def _whoever(
    request: Request,
    db: DbSession,
    _header: Annotated[HTTPAuthorizationCredentials | None, Depends(_described)],
) -> SignedIn:
    found = await find(request, db)
    if found is None:
        raise NotSignedIn(_("Sign in first: nobody is signed in here, or the sign-in has ended."))
    return found


IncompleteSignIn = Annotated[SignedIn, Depends(_whoever)]
"""For the few routes that somebody needs who still lacks what their organisation asks for. All others refuse them."""


async def _required(signed_in: IncompleteSignIn) -> SignedIn:
    refuse_incomplete(signed_in.missing)
    return signed_in


CurrentSignIn = Annotated[SignedIn, Depends(_required)]
"""For routes of this context: the actor and the sign-in itself."""


async def _fresh(signed_in: CurrentSignIn) -> SignedIn:
    if not is_fresh(signed_in.proved_at, clock.now()):
        raise ConfirmFirst(_("Confirm that it is you first."))
    return signed_in


FreshSignIn = Annotated[SignedIn, Depends(_fresh)]
"""For what a borrowed browser must not do: whoever has not proved for a while who they are is asked to."""


async def _actor(signed_in: CurrentSignIn) -> Actor:
    return signed_in.actor


CurrentActor = Annotated[Actor, Depends(_actor)]
"""For routes of every context: who asks. Their tenant is entered on the request's `DbSession`."""
