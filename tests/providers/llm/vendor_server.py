"""Vendors of language models on a local socket, with everything that goes wrong at theirs."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.providers.llm import vendor_answers as vendors
from tests.providers.llm.model_server import Asked


class Fault(StrEnum):
    """How a request goes wrong. Those up to TOO_MUCH are the transport's, the rest the model's own."""

    LIMITED_WITH_WAIT = "429 with Retry-After"
    LIMITED = "429"
    E500 = "500"
    E502 = "502, a page of HTML"
    E503 = "503"
    E529 = "529"
    SILENT = "read timeout"
    DRIP = "slow drip"
    CUT_FIN = "cut stream (FIN)"
    CUT_RST = "cut stream (RST)"
    NO_ANSWER = "closed without an answer"
    HTML = "200 with a page of HTML"
    BROKEN_BODY = "200 with half of its JSON"
    REDIRECT = "redirected elsewhere"
    PACKED = "gzip that was not asked for"
    TOO_MUCH = "endless body"
    REVOKED = "revoked key (401)"
    FORBIDDEN = "revoked key (403)"
    BAD = "request refused (400)"
    EMPTIED = "account without credit"
    REFUSES = "refusal"
    FILTERED = "content filter"
    WRONG_SCHEMA = "wrong schema"
    EXTRA = "extra fields"
    NAN = "NaN"
    OUT_OF_SCALE = "level outside the scale"
    INVENTED = "invented quotes"
    MALFORMED = "malformed JSON"
    LENGTH = "truncated (length)"
    EMPTY = "empty"


Spoil = Callable[[Fault, str], str]


@dataclass
class Taken:
    """One request as it was answered. `text` is what the model said, None where it came to none."""

    asked: Asked
    vendor: str
    key: str | None
    fault: Fault | None
    text: str | None


class VendorServer:
    """`says(asked)` is the model's JSON; `fault(asked)` what goes wrong with it, None: nothing. `revoked` are keys.

    `spoil` turns a good answer into one with a fault of the model's own, where that depends on what is asked.
    """

    def __init__(self, says: Callable[[Asked], str], spoil: Spoil | None = None) -> None:
        self.says = says
        self.spoil = spoil or spoilt
        self.fault: Callable[[Asked], Fault | None] = lambda _: None
        self.echo = ""
        self.wait = "0.2"
        self.drip_seconds = 0.05
        self.silence_seconds = 60.0
        self.revoked: set[str] = set()
        self.taken: list[Taken] = []
        self.connections = 0
        self.sent_bytes = 0
        self.address = ""

    def url(self, vendor: str) -> str:
        """The address to give to the vendor's SDK."""
        return self.address if vendor in {"anthropic", "google"} else f"{self.address}/v1"

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[VendorServer]:
        """Serves meanwhile."""
        tasks: set[asyncio.Task[None]] = set()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            task = asyncio.ensure_future(self._serve(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(connected, "127.0.0.1", port, limit=1 << 22)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone, as some faults want
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answers one request; says whether the connection may be used again."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        asked = Asked(lines[0].split()[1], headers, json.loads(body or b"{}"))
        vendor, key = vendors.vendor_of(asked.path), vendors.key_of(headers)
        fault = Fault.REVOKED if key in self.revoked else self.fault(asked)
        taken = Taken(asked, vendor, key, fault, None)
        self.taken.append(taken)
        try:
            return await self._answer(writer, taken)
        finally:
            await _flushed(writer)

    async def _answer(self, writer: asyncio.StreamWriter, taken: Taken) -> bool:
        match taken.fault:
            case Fault.SILENT:
                await asyncio.sleep(self.silence_seconds)
                return False
            case Fault.NO_ANSWER:
                return False
            case Fault.DRIP | Fault.CUT_FIN | Fault.CUT_RST | Fault.TOO_MUCH | Fault.BROKEN_BODY:
                return await self._maimed(writer, taken)
            case Fault.HTML | Fault.E502:
                page = b"<html><body><h1>Bad gateway</h1></body></html>"
                status = 502 if taken.fault is Fault.E502 else 200
                return _send(writer, status, {"content-type": "text/html"}, page)
            case Fault.REDIRECT:
                return _send(writer, 307, {"location": f"{self.address}/elsewhere{taken.asked.path}"}, b"")
            case Fault.PACKED:
                return _send(writer, 200, {"content-type": "application/json", "content-encoding": "gzip"}, b"\x1f\x8b")
        if reply := self._error(taken):
            status, headers, said = reply
            return _send(writer, status, {"content-type": "application/json", **headers}, json.dumps(said).encode())
        return _send(writer, 200, {"content-type": "application/json"}, self._whole(taken))

    def _error(self, taken: Taken) -> vendors.Reply | None:
        match taken.fault:
            case Fault.LIMITED_WITH_WAIT:
                return vendors.error(taken.vendor, 429, wait=self.wait, echo=self.echo)
            case Fault.EMPTIED:
                return vendors.quota(taken.vendor)
            case fault if fault in _STATUSES:
                return vendors.error(taken.vendor, _STATUSES[fault], echo=self.echo)
        return None

    def _whole(self, taken: Taken) -> bytes:
        ends = {Fault.REFUSES: "refusal", Fault.FILTERED: "filter", Fault.LENGTH: "length"}.get(taken.fault, "stop")
        text = self.says(taken.asked)
        if taken.fault is not None:
            text = self.spoil(taken.fault, text)
        if ends in {"stop", "length"}:
            taken.text = text
        tool = vendors.wants_tool(taken.asked.body)
        if tool and taken.vendor != "openai" and taken.fault in {Fault.MALFORMED, Fault.EMPTY}:
            tool = False  # their tool calls are members and no text: nonsense comes as words
        # NaN is written as Python and some vendors write it, though it is not JSON.
        return json.dumps(vendors.answer(taken.vendor, text, tool=tool, ends=ends)).encode()

    async def _maimed(self, writer: asyncio.StreamWriter, taken: Taken) -> bool:
        body = self._whole(taken)
        kind = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
        half = len(body) // 2
        match taken.fault:
            case Fault.BROKEN_BODY:
                return _send(writer, 200, {"content-type": "application/json"}, body[:half])
            case Fault.TOO_MUCH:
                writer.write(f"{kind}transfer-encoding: chunked\r\n\r\n".encode())
                while True:
                    writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
                    self.sent_bytes += 0x10000
                    await writer.drain()
            case Fault.DRIP:
                writer.write(f"{kind}content-length: {len(body)}\r\n\r\n".encode())
                for n in range(len(body)):
                    writer.write(body[n : n + 1])
                    await writer.drain()
                    await asyncio.sleep(self.drip_seconds)
                return True
        writer.write(f"{kind}content-length: {len(body)}\r\n\r\n".encode() + body[:half])
        await writer.drain()
        if taken.fault is Fault.CUT_RST:
            reset(writer)
        return False


_STATUSES: dict[Any, int] = {
    Fault.LIMITED: 429,
    Fault.E500: 500,
    Fault.E503: 503,
    Fault.E529: 529,
    Fault.REVOKED: 401,
    Fault.FORBIDDEN: 403,
    Fault.BAD: 400,
}


def spoilt(fault: Fault, text: str) -> str:
    """A good answer with a fault of the model's own, for shapes with one number."""
    members = json.loads(text)
    number = next((name for name, value in members.items() if isinstance(value, int | float)), None)
    match fault:
        case Fault.WRONG_SCHEMA:
            return json.dumps({"something": "else"})
        case Fault.EXTRA:
            return json.dumps(members | {"confidence": "high"})
        case Fault.NAN if number:
            return json.dumps(members | {number: float("nan")})
        case Fault.OUT_OF_SCALE if number:
            return json.dumps(members | {number: 99})
        case Fault.MALFORMED:
            return "Certainly! Here is the evaluation: {level 4"
        case Fault.LENGTH:
            return text[: len(text) // 2]
        case Fault.EMPTY:
            return ""
    return text


def reset(writer: asyncio.StreamWriter) -> None:
    """Ends the connection as a crash does."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _send(writer: asyncio.StreamWriter, status: int, headers: dict[str, str], body: bytes) -> bool:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"HTTP/1.1 {status} X\r\n{lines}content-length: {len(body)}\r\n\r\n".encode() + body)
    return True


async def _flushed(writer: asyncio.StreamWriter) -> None:
    if not writer.is_closing():
        await writer.drain()


def closed_port() -> int:
    """A port that refuses connections."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class NeverAccepts:
    """A listener whose queue is full: connections are neither accepted nor refused."""

    def __enter__(self) -> str:
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        address = self._listener.getsockname()
        self._fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(address)
            self._fillers.append(filler)
        return f"http://127.0.0.1:{address[1]}"

    def __exit__(self, *_: object) -> None:
        for one in (*self._fillers, self._listener):
            one.close()
