"""Every cookie is set, read and taken back here, so that all of them are bound alike: no script reads them, no other
site sends them along with a form, and by TLS their names begin with `__Host-`.

A browser keeps a cookie of such a name only when it came by TLS from this very host (RFC 6265bis, section 4.1.3.2):
neither a neighbouring subdomain nor somebody on an unprotected line can plant one. Without TLS no browser would keep
it, so on a laptop the names are plain. Under the one scheme the other's cookies count for nothing.
"""

from __future__ import annotations

from fastapi import Response
from starlette.requests import HTTPConnection

_PREFIX = "__Host-"
_BY_TLS = frozenset({"https", "wss"})


def by_tls(connection: HTTPConnection) -> bool:
    """Whether the request, or the WebSocket, came by TLS, as far as a trusted proxy says."""
    return connection.scope.get("scheme") in _BY_TLS


def named(connection: HTTPConnection, name: str) -> str:
    """What the cookie `name` is called where this request came from."""
    return f"{_PREFIX}{name}" if by_tls(connection) else name


def given(connection: HTTPConnection, name: str) -> str | None:
    """What the browser sent as `name`; None when it sent nothing."""
    return connection.cookies.get(named(connection, name))


def put(connection: HTTPConnection, response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Has the browser keep `value` for `seconds`, or, when not given, until it is closed."""
    response.set_cookie(
        named(connection, name), value, max_age=seconds, httponly=True, samesite="lax", secure=by_tls(connection)
    )


def take_back(connection: HTTPConnection, response: Response, name: str) -> None:
    """Has the browser forget `name`."""
    response.delete_cookie(named(connection, name), httponly=True, samesite="lax", secure=by_tls(connection))
