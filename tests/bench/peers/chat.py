"""Relays of a model's stream to compare with, each as a server of its own.

    python chat.py splice|adapter|sdk|litellm PORT UPSTREAM_PORT

`splice` copies bytes between two sockets and understands none of them: the least a relay can cost. The others read
the model's stream in their own way and send an event for every piece of text, from a bare ASGI application: nobody
is asked who they are, nothing is checked or kept. Each imports only what it needs: `litellm` runs in an environment
of its own.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

MESSAGES = [{"role": "system", "content": "Ask kindly."}, {"role": "user", "content": "We fixed it together."}]


class Side(asyncio.Protocol):
    """One end of a splice: what comes in goes out at the other end."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port
        self.other: Side | None = None
        self.transport: Any = None
        self.waiting: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        if self.port is not None:
            self.connecting = asyncio.get_running_loop().create_task(self._connect(self.port))

    async def _connect(self, port: int) -> None:
        _, self.other = await asyncio.get_running_loop().create_connection(Side, "127.0.0.1", port)
        self.other.other = self
        for data in self.waiting:
            self.other.transport.write(data)

    def data_received(self, data: bytes) -> None:
        if self.other is None:
            self.waiting.append(data)
        else:
            self.other.transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        if self.other is not None:
            self.other.transport.close()


async def splice(port: int, upstream: int) -> None:
    """Serves for ever."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Side(upstream), "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


def adapter(upstream: int) -> Callable[[], AsyncIterator[str]]:
    """Colloquy's own adapter, alone."""
    from colloquy.providers.llm.openai_stream import OpenAIChat
    from colloquy.providers.llm.port import ChatRequest

    chat = OpenAIChat("compatible", "stub", base_url=f"http://127.0.0.1:{upstream}/v1")
    return lambda: chat.stream(ChatRequest(MESSAGES[0]["content"], MESSAGES[1]["content"]))


def sdk(upstream: int) -> Callable[[], AsyncIterator[str]]:
    """OpenAI's own library."""
    import openai

    limits = {"max_connections": 5000, "max_keepalive_connections": 5000}
    client = openai.AsyncOpenAI(
        api_key="k",
        base_url=f"http://127.0.0.1:{upstream}/v1",
        http_client=openai.DefaultAsyncHttpxClient(limits=openai.DEFAULT_CONNECTION_LIMITS.__class__(**limits)),
    )

    async def ask() -> AsyncIterator[str]:
        stream = await client.chat.completions.create(model="stub", messages=MESSAGES, stream=True, max_tokens=300)  # type: ignore[call-overload] # plain dicts
        async for event in stream:
            if event.choices and event.choices[0].delta.content:
                yield event.choices[0].delta.content

    return ask


def litellm(upstream: int) -> Callable[[], AsyncIterator[str]]:
    """LiteLLM as a library: less than its proxy does."""
    import litellm as library

    library.suppress_debug_info = True

    async def ask() -> AsyncIterator[str]:
        stream = await library.acompletion(
            model="openai/stub",
            api_base=f"http://127.0.0.1:{upstream}/v1",
            api_key="k",
            messages=MESSAGES,
            stream=True,
            max_tokens=300,
        )
        async for event in stream:
            if event.choices and event.choices[0].delta.content:
                yield event.choices[0].delta.content

    return ask


def application(ask: Callable[[], AsyncIterator[str]]) -> Any:
    """An event for every piece, as plain ASGI."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "POST":
            while (await receive()).get("more_body"):
                pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        if scope["method"] == "POST":
            async for text in ask():
                data = json.dumps({"text": text}, ensure_ascii=False, separators=(",", ":"))
                body = f"event: token\ndata: {data}\n\n".encode()
                await send({"type": "http.response.body", "body": body, "more_body": True})
            await send({"type": "http.response.body", "body": b"event: done\ndata: {}\n\n", "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


def main(kind: str, port: int, upstream: int) -> None:
    """Serves one of them until SIGTERM."""
    if kind == "splice":
        import uvloop

        uvloop.run(splice(port, upstream))
        return
    import uvicorn

    made = {"adapter": adapter, "sdk": sdk, "litellm": litellm}[kind](upstream)
    uvicorn.run(
        application(made), port=port, log_config=None, access_log=False, lifespan="off", loop="uvloop", backlog=4096
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
