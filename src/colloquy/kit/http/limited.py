"""Requests and frames within limits. Pure ASGI, see `request_id`; which limits hold for whom is the roles' to say.

Inside `ReaderLanguage` and `SecurityHeaders`, so that a refusal is in the reader's words, and outside of the routes, so
that it costs neither a transaction nor a query.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from colloquy.kit.errors import Refusal
from colloquy.kit.i18n import gettext as _
from colloquy.kit.limits import Counter, Limit, Standing, Want


class TooManyRequests(Refusal):
    """Asked too often; `retry_after` says in how many seconds there is room again."""

    status = 429
    code = "too_many_requests"


class Rules(Protocol):
    """Which limits hold."""

    frames: Limit

    async def wants(self, connection: HTTPConnection) -> list[Want]:
        """What this request has to find room in; nothing for one that is not counted."""
        ...

    def afterwards(self, connection: HTTPConnection, status: int) -> list[Want]:
        """What is counted once the answer is known."""
        ...


class Limited:
    """Refuses with 429, `Retry-After` and the `RateLimit` fields; slows down sockets that send too fast."""

    def __init__(self, app: ASGIApp, counter: Counter, rules: Rules) -> None:
        self.app = app
        self._counter = counter
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request or serves one WebSocket."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        wants = await self._rules.wants(connection)
        found = await self._counter.take(wants) if wants else []
        if any(not one.allowed for one in found):
            await _refuse(scope, receive, send, found)
        elif scope["type"] == "websocket":
            await self.app(scope, Paced(receive, self._rules.frames), send)
        else:
            await self.app(scope, receive, self._told(connection, send, found))

    def _told(self, connection: HTTPConnection, send: Send, found: Sequence[Standing]) -> Send:
        async def send_with_fields(message: Message) -> None:
            if message["type"] == "http.response.start":
                if later := self._rules.afterwards(connection, message["status"]):
                    await self._counter.take(later)
                fields = [(name.lower().encode(), value.encode()) for name, value in rate_limit_fields(found).items()]
                message["headers"] = [*message["headers"], *fields]
            await send(message)

        return send_with_fields


def rate_limit_fields(found: Sequence[Standing]) -> dict[str, str]:
    """`RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-10: quota, window, what is left."""
    if not found:
        return {}
    return {
        "RateLimit-Policy": ", ".join(
            f'"{one.limit.name}";q={one.limit.amount};w={one.limit.seconds}' for one in found
        ),
        "RateLimit": ", ".join(
            f'"{one.limit.name}";r={one.remaining};t={math.ceil(one.wait or one.reset)}' for one in found
        ),
    }


async def _refuse(scope: Scope, receive: Receive, send: Send, found: Sequence[Standing]) -> None:
    seconds = max(1, math.ceil(max(one.wait for one in found)))
    if scope["type"] == "websocket":
        await _refuse_socket(scope, receive, send, seconds)
        return
    text = _("Too many requests. Wait %(seconds)s s and try again; nothing was lost.", seconds=seconds)
    request = Request(scope, receive)
    # The one translation of refusals to problems and pages (`kit.http.problem`): this layer lies outside of it.
    response = await request.app.exception_handlers[Refusal](request, TooManyRequests(text, retry_after=seconds))
    response.headers.update(rate_limit_fields(found))
    await response(scope, receive, send)


async def _refuse_socket(scope: Scope, receive: Receive, send: Send, seconds: int) -> None:
    await receive()  # websocket.connect
    if "websocket.http.response" in scope.get("extensions", {}):
        headers = [(b"retry-after", str(seconds).encode()), (b"content-length", b"0")]
        await send({"type": "websocket.http.response.start", "status": 429, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close", "code": 1008})


class Paced:
    """A socket's `receive` that hands on no more frames than the limit says; a burst of a second's worth goes through.

    A sender that is too fast waits: the server reads no more from its connection meanwhile, so that TCP slows it down
    and nothing piles up here. Cutting it off would punish whoever catches up after a stalled network.
    """

    def __init__(
        self,
        receive: Receive,
        limit: Limit,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._receive = receive
        self._each = limit.seconds / limit.amount
        self._burst = limit.seconds - self._each
        self._clock = clock
        self._sleep = sleep
        self._due = 0.0

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "websocket.receive":
            now = self._clock()
            early = self._due - self._burst - now
            self._due = max(self._due, now) + self._each
            if early > 0:
                await self._sleep(early)
        return message
