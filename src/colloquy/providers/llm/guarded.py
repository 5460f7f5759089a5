"""The guard for addresses of models that an organisation entered: httpx2 for the SDKs, sockets for our own adapter."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from colloquy.providers.outbound.guard import Guard

if TYPE_CHECKING:
    import httpx2


class ModelGuard(Guard):
    """The guard of models: besides the operator's list, it opens where the installation's own model is."""


def socket_for(guard: Guard, base_url: str) -> Callable[[Any], socket.socket]:
    """Makes sockets for aiohttp, to machines that the guard lets `base_url` lead to. What it makes raises
    OutboundRefused (an OSError) for others, whichever way aiohttp came by the address.
    """
    host = (urlsplit(base_url).hostname or "").lower()

    def make(found: Any) -> socket.socket:
        family, kind, protocol, _name, at = found
        guard.checked(host, at[1], str(at[0]))
        return socket.socket(family, kind, protocol)

    return make


def transport(guard: Guard) -> httpx2.AsyncHTTPTransport:
    """A transport for the vendors' SDKs that connects to addresses which the guard has checked, and to nothing else."""
    import httpcore2
    import httpx2

    from colloquy.providers.outbound.client import trusted

    class Backend(httpcore2.AsyncNetworkBackend):
        def __init__(self) -> None:
            self._inner = httpcore2.AnyIOBackend()

        async def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,  # noqa: ASYNC109 - the signature is the library's
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> httpcore2.AsyncNetworkStream:
            failure: Exception | None = None
            for address in await guard.addresses(host, port):
                try:
                    return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
                except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                    failure = error
            raise failure or httpcore2.ConnectError

        async def sleep(self, seconds: float) -> None:
            await self._inner.sleep(seconds)

    made = httpx2.AsyncHTTPTransport(verify=trusted(), trust_env=False)
    # httpx2 takes no network backend; its pool does. tests/providers/llm/test_guarded.py fails when this name changes.
    made._pool = httpcore2.AsyncConnectionPool(  # noqa: SLF001 - see above
        ssl_context=trusted(), max_connections=100, max_keepalive_connections=20, network_backend=Backend()
    )
    return made
