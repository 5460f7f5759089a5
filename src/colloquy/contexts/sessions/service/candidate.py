"""Which session a request of a candidate speaks of, by cookie or by header."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.requests import HTTPConnection

from colloquy.contexts.sessions.errors import NotYourSession
from colloquy.contexts.sessions.service import keys
from colloquy.contexts.sessions.service.keys import HeldKey, Key
from colloquy.kit.http import cookies
from colloquy.kit.i18n import gettext as _

_SCHEME = "candidate"


def held(request: HTTPConnection) -> list[HeldKey]:
    """The keys this browser holds, the current one first."""
    return keys.held_keys(cookies.given(request, keys.COOKIE) or "")


def held_for(request: Request, token: str) -> HeldKey | None:
    """The key this browser got by this link."""
    return next((entry for entry in held(request) if entry.token == token), None)


def keep(request: Request, response: Response, entry: HeldKey) -> None:
    """Makes `entry` the browser's current session."""
    keep_all(request, response, keys.with_first(held(request), entry))


def keep_all(request: Request, response: Response, cookie: str) -> None:
    """Gives the browser this cookie of keys."""
    cookies.put(request, response, keys.COOKIE, cookie, seconds=keys.DAYS * 86400)


def let_go(request: Request, response: Response, session_id: UUID) -> None:
    """Takes the key to this session out of the browser."""
    left = [entry for entry in held(request) if entry.key.session_id != session_id]
    if left:
        keep_all(request, response, "/".join(entry.text() for entry in left))
    else:
        cookies.take_back(request, response, keys.COOKIE)
    clear_browser(request, response, session_id)


def clear_browser(request: Request, response: Response, session_id: UUID) -> None:
    """Has the browser forget recordings that were not sent: this session has ended and wants none of them.

    A browser that holds another interview's key may hold a recording of that one too, which must not be lost; what it
    keeps of this one goes when it is two weeks old.
    """
    if all(entry.key.session_id == session_id for entry in held(request)):
        response.headers["Clear-Site-Data"] = '"cache", "storage"'


def current(request: HTTPConnection) -> HeldKey:
    """The session that the request, or the WebSocket, speaks of. A header, where there is one, stands for itself."""
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _mark, value = authorization.partition(" ")
        entries = keys.held_keys(f"{value}.") if scheme.lower() == _SCHEME else []
    else:
        entries = held(request)
    if not entries:
        raise NotYourSession(_("This browser has no interview open. Open the link that you were sent."))
    return entries[0]


def bearer(key: Key) -> str:
    """The key as programs send it: `Authorization: Candidate <this>`."""
    return HeldKey(key, "").text().removesuffix(".")


CurrentKey = Annotated[HeldKey, Depends(current)]
