"""Requests in the audit log: because of which one something happens, and which ones read something of a candidate."""

from __future__ import annotations

from typing import Any

from fastapi import Depends
from starlette.types import ASGIApp, Receive, Scope, Send

from colloquy.kit.audit.cause import current, of_request
from colloquy.kit.http.request_id import current_request_id


class Audited:
    """Middleware: whatever happens inside happens because of this request. Inside of `RequestId`, which names it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or serves one WebSocket."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        client = scope.get("client")
        with of_request(
            request_id=current_request_id(),
            network=str(client[0])[:64] if client else None,
            method=scope.get("method", "GET"),
            scope=scope,
        ):
            await self.app(scope, receive, send)


class Reads:
    """What a route that answers with something of a candidate says of it; see `reads`."""

    def __init__(self, what: str) -> None:
        self.what = what

    async def __call__(self) -> None:
        """Marks the request; the entry is made when its transaction commits."""
        current().reads = self.what


def reads(what: str) -> Any:
    """Of a route: `dependencies=[reads("report_pdf")]`. Whoever is answered is noted in the audit log as a reader,

    once an hour for the same reader and object. Where the object is not in the address, `audit.note` says it instead.
    """
    return Depends(Reads(what))
