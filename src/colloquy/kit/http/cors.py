"""Pages of other sites that may call the API. Never with cookies: they bring a token of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_ORIGIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
_GIVEN = ("Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "X-API-Key", "X-Request-Id")
_TUS = ("Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Defer-Length", "Upload-Checksum")
_READ = ("Location", "RateLimit", "RateLimit-Policy", "Retry-After", "Upload-Expires", "X-Request-Id")
_PREFLIGHT_SECONDS = 600


def origins(text: str) -> tuple[str, ...]:
    """The origins in `text`, with commas or spaces between; `*` is every site. ValueError names a bad one."""
    found = tuple(part for part in re.split(r"[\s,]+", text.strip()) if part)
    for one in found:
        if one != "*" and not _ORIGIN.fullmatch(one):
            message = f"{one!r} is no origin. Write scheme, host and port as browsers do: https://careers.example.org"
            raise ValueError(message)
    return found


class ApiCors:
    """Cross-origin requests to `/api/`, from the listed origins alone; nothing at all without any."""

    def __init__(self, app: ASGIApp, allowed: Sequence[str] = ()) -> None:
        self.app = app
        self._api: ASGIApp | None = None
        if allowed:
            self._api = CORSMiddleware(
                app,
                allow_origins=list(allowed),
                allow_methods=list(_METHODS),
                allow_headers=[*_GIVEN, *_TUS],
                expose_headers=[*_READ, *_TUS],
                allow_credentials=False,
                max_age=_PREFLIGHT_SECONDS,
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (or passes on what is not the API's)."""
        api = self._api if scope["type"] == "http" and scope["path"].startswith("/api/") else None
        await (api or self.app)(scope, receive, send)
