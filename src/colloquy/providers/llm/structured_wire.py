"""The HTTP connection under the vendors' SDKs: whose key goes along, how long it may take, how much it may send.

SDK clients are built once an address and know no key: a pool holds many, and a client for each would open a pool of
connections for each. What belongs to one request travels in a context variable and is applied here, to every request
that is really made.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from pydantic_ai.models import create_async_httpx2_client

from colloquy.providers.llm.guarded import transport
from colloquy.providers.llm.port import ModelUnavailable
from colloquy.providers.outbound.guard import Guard

MOST_BYTES: Final = 1 << 20
"""Of one response. An answer has some kilobytes, its vendor's wrapping not many more."""
_CONNECT_SECONDS: Final = 5.0
_KEYS: Final = ("authorization", "x-api-key", "x-goog-api-key", "api-key")
"""Headers that carry keys. SDKs fill them from their own environment variables, which are not ours to send."""


@dataclass(slots=True)
class Call:
    """One call of `complete`: what goes along, its limits on the loop's clock, and what was seen of it."""

    header: str
    key: str | None
    limit: asyncio.Timeout
    until: float
    first_seconds: float
    body_seconds: float
    requests: int = 0
    broken: ModelUnavailable | None = None

    def begins(self) -> None:
        """A request is sent: now its first byte is waited for."""
        self.requests += 1
        self._expect(self.first_seconds)

    def answers(self) -> None:
        """The first byte is here: an answer that is not streamed comes in one go."""
        self._expect(self.body_seconds)

    def breaks(self, message: str) -> ModelUnavailable:
        """Remembers why this call fails: the SDK wraps what is raised below it in errors of its own."""
        self.broken = ModelUnavailable(message)
        return self.broken

    def _expect(self, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        self.limit.reschedule(min(self.until, now + seconds))


current: ContextVar[Call] = ContextVar("current")


def client(guard: Guard | None = None) -> httpx2.AsyncClient:
    """A pool of connections whose requests obey `current`. Proxies of the environment are used, except with `guard`:
    then connections go only where that lets them.
    """
    made = create_async_httpx2_client(transport=transport(guard) if guard else None)
    hooks = made.event_hooks
    made.event_hooks = {"request": [*hooks["request"], _going_out], "response": [_coming_in]}
    return made


async def _going_out(request: httpx2.Request) -> None:
    call = current.get()
    for name in _KEYS:
        request.headers.pop(name, None)
    if call.key:
        request.headers[call.header] = f"Bearer {call.key}" if call.header == "authorization" else call.key
    # What is counted must be what is kept in memory: a kilobyte can unpack to a gigabyte.
    request.headers["accept-encoding"] = "identity"
    request.extensions["timeout"] = dict.fromkeys(("read", "write"), None) | dict.fromkeys(
        ("connect", "pool"), _CONNECT_SECONDS
    )
    call.begins()


async def _coming_in(response: httpx2.Response) -> None:
    call = current.get()
    call.answers()
    if response.has_redirect_location:
        # Followed, it would take the key and what a candidate said to an address that nobody chose.
        raise call.breaks("The model's address answers from elsewhere: write the address it has now.")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise call.breaks("The model's answer is packed in a way that was not asked for.")
    if int(response.headers.get("content-length") or 0) > MOST_BYTES:
        raise call.breaks("The model's answer is too long.")
    response.stream = _Bounded(response.stream, call)


class _Bounded(httpx2.AsyncByteStream):
    """A response's bytes, up to `MOST_BYTES`."""

    def __init__(self, stream: Any, call: Call) -> None:
        self._stream = stream
        self._call = call

    async def __aiter__(self) -> AsyncIterator[bytes]:
        length = 0
        async for chunk in self._stream:
            length += len(chunk)
            if length > MOST_BYTES:
                raise self._call.breaks("The model's answer is too long.")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
