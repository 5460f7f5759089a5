"""A model server that costs next to nothing: OpenAI's chat completions, streamed at a given pace.

    python -m tests.bench.upstream PORT PIECES TOKENS_PER_SECOND

Every answer has so many pieces of a few letters, as a model's tokens are, the first at once. The text is what an
interviewer may say, and each differs from the ones before it by a number: a guard lets it through. All streams are fed
by one clock: a timer each would cost this machine more than what is measured.
"""

from __future__ import annotations

import asyncio
import json
import sys

import uvloop

WORDS = (
    "thank you for that and let me stay with this part of the story for a moment because it is where most of the work "
    "seems to have been done and I would like to follow it from one end to the other so please take the time that you "
    "need and tell me in your own words which part of it fell to you and which part fell to others and how the two "
    "came together in the end"
)
"""Without a question mark: it may stand before any question."""
SIZE = 4


def pieces(count: int, number: int) -> list[bytes]:
    """So many events of a text that no other answer has, and the end of the stream, as chunks of HTTP."""
    text = (f"Turn {number} now " + WORDS)[: count * SIZE]
    cut = [text[at : at + SIZE] for at in range(0, len(text), SIZE)]
    events = [_event({"content": piece}, None) for piece in cut]
    return [_chunk(event) for event in [*events, _event({}, "stop") + b"data: [DONE]\n\n"]]


def _event(delta: dict[str, str], finish: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    event = {
        "id": "chatcmpl-BXkJ2vP0aTqJ8bq9mZ6Kc1dYw3R7e",
        "object": "chat.completion.chunk",
        "created": 1764000000,
        "model": "stub",
        "service_tier": "default",
        "system_fingerprint": "fp_50cad350e4",
        "choices": [choice],
    }
    return f"data: {json.dumps(event, separators=(',', ':'))}\n\n".encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


class Upstream:
    """All streams under way, fed together."""

    def __init__(self, count: int, per_second: float) -> None:
        self.count = count
        self.period = 1 / per_second
        self.number = 0
        # In ten groups, so that not every stream speaks in the same moment.
        self.groups: list[dict[Connection, list[bytes]]] = [{} for _ in range(10)]

    def begin(self, connection: Connection) -> None:
        self.number += 1
        first, *rest = pieces(self.count, self.number)
        connection.transport.write(HEAD + first)
        self.groups[self.number % len(self.groups)][connection] = rest[::-1]

    async def feed(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for group in self.groups:
                due += self.period / len(self.groups)
                await asyncio.sleep(max(0.0, due - loop.time()))
                for connection, left in list(group.items()):
                    data = left.pop()
                    connection.transport.write(data if left else data + b"0\r\n\r\n")
                    if not left:
                        del group[connection]


class Connection(asyncio.Protocol):
    """Requests on one connection; each ends where its body does."""

    transport: asyncio.Transport

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment] # TCP has a Transport

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, blank, body = self.data.partition(b"\r\n\r\n")
        if not blank:
            return
        if head.startswith(b"GET"):
            self.data = b""
            self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) >= length:
            self.data = body[length:]
            self.upstream.begin(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        for group in self.upstream.groups:
            group.pop(self, None)


async def main(port: int, count: int, per_second: float) -> None:
    upstream = Upstream(count, per_second)
    await asyncio.get_running_loop().create_server(lambda: Connection(upstream), "127.0.0.1", port, backlog=4096)
    await upstream.feed()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
