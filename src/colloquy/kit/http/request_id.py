"""Every request has an id: given by the proxy or made here, in the log, in errors, in the answer.

Pure ASGI: Starlette's `BaseHTTPMiddleware` makes JSON three times and streams thirteen times dearer.
"""

from __future__ import annotations

import re
import time
from contextvars import ContextVar

import structlog
from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from colloquy.kit import log
from colloquy.kit.ids import new_id

_current: ContextVar[str] = ContextVar("request_id", default="")
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = log.get_logger("colloquy.http")
_requests = Counter("colloquy_http_requests_total", "Requests answered.", ["method", "route", "status"])
_seconds = Histogram(
    "colloquy_http_request_seconds",
    "Time to the last byte.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10),
)
_QUIET = ("/healthz", "/readyz", "/metrics", "/static/")


def current_request_id() -> str:
    """The id of the request being answered; empty outside one."""
    return _current.get()


class RequestId:
    """Outermost layer: id, access log, counters."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (or passes on what is not HTTP)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((v.decode("latin-1") for k, v in scope["headers"] if k == b"x-request-id"), "")
        request_id = given if _ACCEPTABLE.fullmatch(given) else new_id().hex
        token = _current.set(request_id)
        status = 500
        began = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_id)
            finally:
                self._record(scope, status, time.perf_counter() - began)
                _current.reset(token)

    @staticmethod
    def _record(scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in {"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"} else "OTHER"
        _requests.labels(method, route, str(status)).inc()
        _seconds.labels(method, route).observe(seconds)
        if not scope["path"].startswith(_QUIET):
            # The route, not the path: candidate addresses are secrets and stay out of the log.
            _log.info("Request answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
