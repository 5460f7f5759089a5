"""A local HTTP server on IPv4 and IPv6 that counts who came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Receiver:
    """`heads` are the requests that came, up to their empty line."""

    port: int = 0
    connections: int = 0
    heads: list[str] = field(default_factory=list)


def answer(status: str = "200 OK", body: bytes = b"ok", *headers: str) -> bytes:
    """A complete answer after which the connection ends."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@asynccontextmanager
async def receiving(reply: bytes | None = None) -> AsyncIterator[Receiver]:
    """A server that answers every request with `reply`."""
    made = Receiver()

    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        made.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            made.heads.append(head.decode("latin-1"))
            writer.write(reply or answer())
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    four = await asyncio.start_server(serve, "127.0.0.1", 0)
    made.port = four.sockets[0].getsockname()[1]
    servers = [four]
    with suppress(OSError):  # a machine without IPv6
        servers.append(await asyncio.start_server(serve, "::1", made.port))
    try:
        yield made
    finally:
        for server in servers:
            server.close()
            await server.wait_closed()
        await asyncio.gather(*serving)
