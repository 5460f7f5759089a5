"""Protection against requests that another site makes a browser send.

A random value lives in a cookie; forms carry its HMAC (`csrf_token` field or `X-CSRF-Token` header). Who can
read neither page nor secret can produce no pair. Requests that a browser marks as cross-site are refused
before that. Requests with an `Authorization` header do not ride on a cookie and need no token.
"""

from __future__ import annotations

from fastapi import Depends, Request, Response

from colloquy.kit.crypto import Secret
from colloquy.kit.errors import Refusal
from colloquy.kit.http import cookies
from colloquy.kit.http.state import provided
from colloquy.kit.i18n import gettext as _
from colloquy.kit.ids import new_token

COOKIE = "colloquy_csrf"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class CsrfFailed(Refusal):
    """The form is from another site, or from before the cookies were cleared."""

    status = 403
    code = "csrf_failed"


def _value(request: Request) -> str:
    value = getattr(request.state, "csrf_value", None) or cookies.given(request, COOKIE)
    if not value:
        value = new_token()
    request.state.csrf_value = value
    return str(value)


def token(request: Request) -> str:
    """The token for forms on the page that answers this request."""
    return provided(request).get(Secret).sign("csrf", _value(request))


def keep(request: Request, response: Response) -> None:
    """Sets the cookie that belongs to `token`, when the browser does not have it yet."""
    if cookies.given(request, COOKIE) is None:
        cookies.put(request, response, COOKIE, _value(request))


def link_token(request: Request, purpose: str) -> str:
    """What a link on our page carries that must not be followed without a click on it: only this browser's is good."""
    return provided(request).get(Secret).sign(f"link:{purpose}", _value(request))


def clicked(request: Request, purpose: str, given: str) -> bool:
    """Whether the address has the `link_token` of this browser."""
    kept = cookies.given(request, COOKIE)
    return bool(kept and given) and provided(request).get(Secret).signed_by_us(f"link:{purpose}", str(kept), given)


def _is_empty(request: Request) -> bool:
    """Whether there is no body, and nothing says that there is a form."""
    sent = {"content-type", "transfer-encoding"} & set(request.headers.keys())
    return not sent and request.headers.get("content-length", "0") == "0"


async def check(request: Request) -> None:
    """Refuses an unsafe request that rides on a cookie and does not carry the token."""
    if request.method in _SAFE or "authorization" in request.headers:
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise CsrfFailed(_("This request came from another site."))
    kind = request.headers.get("content-type", "")
    if not request.cookies and (kind == "application/json" or _is_empty(request)):
        return  # a program: there is no cookie to ride on, and no form of another site can send JSON, or no type
    given = request.headers.get("x-csrf-token")
    if given is None and kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        given = str((await request.form()).get("csrf_token", ""))
    cookie = cookies.given(request, COOKIE)
    if not cookie or not given or not provided(request).get(Secret).signed_by_us("csrf", cookie, given):
        raise CsrfFailed(_("This page is too old to be sent. Reload it and try again; nothing was changed."))


CsrfChecked = Depends(check)
"""For `APIRouter(dependencies=[CsrfChecked])`: every router that accepts cookies has it."""
