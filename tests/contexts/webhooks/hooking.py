"""A receiver of webhooks on a real socket, which answers what it is told to and checks every signature."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.providers.outbound.receivers import answer

from colloquy.kit import clock


@dataclass(frozen=True)
class Had:
    """One request. `at` is the product's clock."""

    at: datetime
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Receiver:
    """`replies` are used up one by one; then `reply` is given."""

    port: int = 0
    reply: bytes = field(default_factory=answer)
    replies: list[bytes] = field(default_factory=list)
    had: list[Had] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    made = Receiver()

    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            pairs = (line.partition(":") for line in head.split("\r\n")[1:] if line)
            headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            made.had.append(Had(clock.now(), headers, body))
            writer.write(made.replies.pop(0) if made.replies else made.reply)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.gather(*serving)
