"""What these pages are given: forms in words, the database and the secret, the cookie that signs a browser in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Form, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.identity.policy.sign_ins import How, Unused
from colloquy.contexts.identity.service import browser, current_actor
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database
from colloquy.kit.http import cookies
from colloquy.kit.http.state import instance
from colloquy.kit.i18n import language_name, languages
from colloquy.web import csrf

Text = Annotated[str, Form()]
"""A form's field; give it the default "" so that leaving it out is answered in words, beside the field."""
Chosen = Annotated[list[str], Form(default_factory=list)]
"""The checked boxes of one name; none is an empty list."""
TheDatabase = Annotated[Database, instance(Database)]
TheSecret = Annotated[Secret, instance(Secret)]
TheUnused = Annotated[Unused, instance(Unused)]
SIGN_ON = "/sign-in/with"


def language_choices() -> list[tuple[str, str]]:
    """Every language of the pages with its own name, for a list to choose from."""
    return [(language, language_name(language)) for language in languages()]


def start_address(
    request: Request, org_id: UUID, next_address: str = "/", email: str = "", *, anew: bool = False
) -> str:
    """Where single sign-on begins, for a link on one of our pages: that it was clicked there is in the address.

    With `anew` the provider is to ask who they are, although they are signed in with it.
    """
    about = {"next": next_address, "email": email, "anew": "yes" if anew else ""}
    clicked = {"clicked": csrf.link_token(request, f"sign-on:{org_id.hex}")}
    return f"{SIGN_ON}/{org_id}?{urlencode({name: value for name, value in (about | clicked).items() if value})}"


async def begin(
    db: AsyncSession,
    request: Request,
    person_id: UUID,
    org_id: UUID,
    how: How = How.PASSWORD,
    *,
    proved_at: datetime | None = None,
) -> str:
    """Signs the asking browser in; whatever session it came with ends. Returns the new cookie's value.

    `proved_at` is as of `browser.begin`.
    """
    return await browser.begin(
        db,
        person_id=person_id,
        org_id=org_id,
        user_agent=current_actor.user_agent(request),
        former=cookies.given(request, current_actor.COOKIE),
        how=how,
        proved_at=proved_at,
    )


def keep_signed_in(request: Request, response: Response, token: str) -> Response:
    """Puts the session's secret in the browser's cookie."""
    cookies.put(request, response, current_actor.COOKIE, token, seconds=int(browser.LIFE.total_seconds()))
    return response


def forget(request: Request, response: Response) -> Response:
    """Takes the cookie back."""
    cookies.take_back(request, response, current_actor.COOKIE)
    return response
