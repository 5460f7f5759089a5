"""Which language an answer is in. Pure ASGI, see `request_id`.

In this order: `?lang=ru` (remembered in a cookie), the cookie, what the route prefers (the signed-in person's
language, the interview's; see `kit.i18n.prefer`), the browser's `Accept-Language`, English.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from colloquy.kit import i18n
from colloquy.kit.http import cookies

COOKIE = "colloquy_language"
PARAMETER = "lang"
_YEAR_SECONDS = 365 * 24 * 3600
_WORDLESS = ("/static/", "/media/", "/healthz", "/readyz", "/metrics")
_SPOKEN = ("text/html", "application/problem+json")
_LONGEST = 400
"""Characters of an `Accept-Language` that are read; browsers send fewer than a hundred."""


class ReaderLanguage:
    """Speaks the reader's language while the request is answered, and says which one it was."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (or passes on what is not HTTP)."""
        if scope["type"] != "http" or scope["path"].startswith(_WORDLESS):
            await self.app(scope, receive, send)
            return
        asked = asked_for(scope)

        async def send_in_words(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                if answer.get("content-type", "").startswith(_SPOKEN):
                    answer.setdefault("content-language", i18n.html_language())
                    answer.add_vary_header("Accept-Language, Cookie")
                if asked is not None:
                    remember(scope, answer, asked)
            await send(message)

        with speaking(scope):
            await self.app(scope, receive, send_in_words)


@contextmanager
def speaking(scope: Scope) -> Iterator[None]:
    """Speaks the language that the request itself asks for. Also for what is answered outside `ReaderLanguage`."""
    chosen = asked_for(scope) or remembered(scope)
    with i18n.using_language(chosen or accepted(Headers(scope=scope)), chosen=chosen is not None):
        yield


def asked_for(scope: Scope) -> str | None:
    """The language of ours named in the address."""
    query = scope.get("query_string", b"")
    if PARAMETER.encode() not in query:
        return None
    given = parse_qs(query.decode("latin-1")).get(PARAMETER)
    return i18n.supported(given[-1]) if given else None


def remembered(scope: Scope) -> str | None:
    """The language of ours that this browser chose before."""
    kept = cookies.given(HTTPConnection(scope), COOKIE)
    return i18n.supported(kept) if kept else None


def remember(scope: Scope, answer: MutableHeaders, language: str) -> None:
    """Has the browser keep `language` for a year."""
    kept = Response()
    cookies.put(HTTPConnection(scope), kept, COOKIE, language, seconds=_YEAR_SECONDS)
    answer.append("set-cookie", kept.headers["set-cookie"])


def accepted(headers: Headers) -> str | None:
    """The language of ours that the browser likes best (RFC 9110, section 12.5.4); the first of equals."""
    best, liked = None, 0.0
    for item in headers.get("accept-language", "")[:_LONGEST].split(","):
        tag, _, rest = item.partition(";")
        ours = i18n.supported(tag)
        quality = _quality(rest)
        if ours is not None and quality > liked:
            best, liked = ours, quality
    return best


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
