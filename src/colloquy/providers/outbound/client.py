"""httpx behind the guard."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import certifi
import httpcore
import httpx

from colloquy.providers.outbound.errors import AnswerTooLong
from colloquy.providers.outbound.guard import HTTP, Guard
from colloquy.providers.outbound.port import OutboundAnswer, OutboundFailed, OutboundRequest

TOTAL_SECONDS: Final = 20.0
CONNECT_SECONDS: Final = 5.0
MOST_BYTES: Final = 1 << 20
KEPT_BYTES: Final = 1024
"""Of an answer to `GuardedHttp.send`; the rest is not even read."""


@cache
def trusted() -> ssl.SSLContext:
    """Authorities that Mozilla trusts and those that this machine does: a company's own one is among the latter."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects to addresses that the guard has checked, and to nothing else."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is the library's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception | None = None
        for address in await self._guard.addresses(host, port):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError

    async def connect_unix_socket(self, *_args: Any, **_named: Any) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """Every request's address is checked by its spelling, every connection by where it leads.

    `seconds` from the request to the last byte of its answer, `most_bytes` of the answer. Raises OutboundRefused and
    AnswerTooLong besides what httpx raises.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        schemes: frozenset[str] = HTTP,
        seconds: float = TOTAL_SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        super().__init__(verify=trusted(), trust_env=False)
        # httpx takes no network backend; its pool does. tests/providers/outbound fails when this name changes.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trusted(),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Backend(guard),
        )
        self._guard = guard
        self._schemes = schemes
        self._seconds = seconds
        self._most_bytes = most_bytes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._guard.check(str(request.url), schemes=self._schemes)
        # What is counted must be what is kept in memory: a kilobyte can unpack to a gigabyte.
        request.headers["accept-encoding"] = "identity"
        until = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(until):
                response = await super().handle_async_request(request)
        except TimeoutError:
            raise httpx.ReadTimeout("No answer in time.", request=request) from None
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise AnswerTooLong("The answer is packed in a way that was not asked for.")
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - the transport is asynchronous
        response.stream = _Bounded(response.stream, self._most_bytes, until)
        return response


class _Bounded(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, most: int, until: float) -> None:
        self._stream = stream
        self._most = most
        self._until = until

    async def __aiter__(self) -> AsyncIterator[bytes]:
        length, chunks = 0, aiter(self._stream)
        while True:
            try:
                async with asyncio.timeout_at(self._until):
                    chunk = await anext(chunks, None)
            except TimeoutError:
                raise httpx.ReadTimeout("The answer does not end in time.") from None
            if chunk is None:
                return
            length += len(chunk)
            if length > self._most:
                raise AnswerTooLong("The answer is too long.")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def guarded_client(
    guard: Guard,
    *,
    schemes: frozenset[str] = HTTP,
    seconds: float = TOTAL_SECONDS,
    most_bytes: int = MOST_BYTES,
    headers: dict[str, str] | None = None,
) -> httpx.AsyncClient:
    """A client that follows no redirect, uses no proxy of the environment and keeps no cookie; close it after use.

    Besides httpx.HTTPError it raises OutboundRefused (whose text is for people) and AnswerTooLong.
    """
    return httpx.AsyncClient(
        transport=GuardedTransport(guard, schemes=schemes, seconds=seconds, most_bytes=most_bytes),
        timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers=headers,
    )


class GuardedHttp:
    """`OutboundClient` over httpx. One pool of connections, opened on first use."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def send(self, request: OutboundRequest) -> OutboundAnswer:
        """See `OutboundClient`."""
        try:
            async with asyncio.timeout(request.seconds):
                return await self._send(request)
        except (TimeoutError, httpx.TimeoutException):
            raise OutboundFailed("timeout") from None
        except AnswerTooLong:
            raise OutboundFailed("protocol") from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            raise OutboundFailed(_kind(error)) from error

    async def close(self) -> None:
        """See `OutboundClient`."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.aclose()

    async def _send(self, request: OutboundRequest) -> OutboundAnswer:
        asked = self._opened().build_request(
            request.method, request.address, headers=dict(request.headers), content=request.body
        )
        response = await self._opened().send(asked, stream=True)
        try:
            kept = b""
            async for chunk in response.aiter_raw():
                kept += chunk
                if len(kept) >= KEPT_BYTES:
                    break
        finally:
            await response.aclose()
        return OutboundAnswer(response.status_code, dict(response.headers), kept[:KEPT_BYTES])

    def _opened(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client, self._loop = guarded_client(self._guard, seconds=120.0), loop
        return self._client


def _kind(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    return "connect" if isinstance(error, httpx.ConnectError) else "protocol"
