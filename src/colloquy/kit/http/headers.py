"""Security headers on every answer. Pure ASGI, see `request_id`."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(self), display-capture=(self), geolocation=()"),
)


_ELSEWHERE = (b"cross-origin-resource-policy", b"cross-origin")
_SHOWN_ELSEWHERE = "/logo/"
"""Letters show logos, and a mail program's page is another site."""
_KEPT = ("/static/", "/media/", "/brand/", "/logo/")
"""Addresses that say themselves how long they may be kept. Whatever else does not say so is nobody's to keep."""
_NOT_KEPT = (b"cache-control", b"no-store")


class SecurityHeaders:
    """Adds the headers that the answer does not set itself; HSTS only when the request came by TLS."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (or passes on what is not HTTP)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        extra: tuple[tuple[bytes, bytes], ...] = _HEADERS
        if scope.get("scheme") == "https":
            extra = (*_HEADERS, (b"strict-transport-security", b"max-age=31536000; includeSubDomains"))

        path = scope["path"]
        if path.startswith(_SHOWN_ELSEWHERE):
            extra = (_ELSEWHERE, *(header for header in extra if header[0] != _ELSEWHERE[0]))
        if not path.startswith(_KEPT):
            extra = (*extra, _NOT_KEPT)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in extra if h[0] not in present)]
            await send(message)

        await self.app(scope, receive, send_with_headers)
