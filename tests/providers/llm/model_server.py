"""A server that speaks the streaming protocols of OpenAI, Anthropic and Google over a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Asked:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Answer:
    """What the server does. `text` in pieces; `status` other than 200 sends `error` as JSON instead."""

    text: str = "What did you do yourself?"
    status: int = 200
    error: str = "no"
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False  # take the request and say nothing
    stall_after: int | None = None  # pieces, then silence
    cut_after: int | None = None  # pieces, then the connection closes
    garbage_after: int | None = None  # pieces, then an event that is no JSON
    error_after: int | None = None  # pieces, then the protocol's own error event
    ends: str = "stop"  # stop, length, content_filter, refusal
    every_byte: bool = False  # the stream arrives byte by byte


class ModelServer:
    """Answers with `answer(asked)` and remembers in `asked` what came."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Answer] = lambda _: Answer()
        self.address = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = head.split("\r\n")
            headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            asked = Asked(lines[0].split()[1], headers, json.loads(body or b"{}"))
            self.asked.append(asked)
            await self._reply(writer, asked, self.answer(asked))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone, as some tests want
        finally:
            writer.close()

    async def _reply(self, writer: asyncio.StreamWriter, asked: Asked, answer: Answer) -> None:
        if answer.hang:
            await asyncio.sleep(60)
        if answer.status != 200:
            body = json.dumps({"error": {"message": answer.error, "type": "x", "code": answer.error}}).encode()
            more = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
            writer.write(
                f"HTTP/1.1 {answer.status} X\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
                f"connection: close\r\n{more}\r\n".encode()
                + body
            )
            await writer.drain()
            return
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n"
            b"connection: close\r\n\r\n"
        )
        events = _events(asked.path, answer)
        for event in events:
            if event is None:
                return  # cut: neither an end of the stream nor a last chunk
            if event == "stall":
                await asyncio.sleep(60)
            await _chunks(writer, event.encode(), every_byte=answer.every_byte)
        writer.write(b"0\r\n\r\n")
        await writer.drain()


async def _chunks(writer: asyncio.StreamWriter, data: bytes, *, every_byte: bool) -> None:
    for part in (data[n : n + 1] for n in range(len(data))) if every_byte else (data,):
        writer.write(b"%x\r\n%s\r\n" % (len(part), part))
        await writer.drain()
        await asyncio.sleep(0)


def _events(path: str, answer: Answer) -> Iterator[str | None]:
    protocol = _Anthropic if "/messages" in path else _Google if "GenerateContent" in path else _OpenAI
    yield from protocol.begin()
    for number, piece in enumerate([*answer.text.split(" "), None]):
        if answer.cut_after == number:
            yield None
        if answer.stall_after == number:
            yield "stall"
        if answer.garbage_after == number:
            yield f"{protocol.event_line}data: {{not json\n\n"
        if answer.error_after == number:
            yield protocol.error()
        if piece:
            yield protocol.piece(piece if number == 0 else f" {piece}")
    yield from protocol.end(answer.ends)


def _sse(data: Any, event: str | None = None) -> str:
    return (f"event: {event}\n" if event else "") + f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


class _OpenAI:
    event_line = ""

    @staticmethod
    def _chunk(delta: dict[str, Any], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        base = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        return _sse({**base, "choices": [choice]})

    @classmethod
    def begin(cls) -> Iterator[str]:
        yield ": a comment\n\n"
        yield cls._chunk({"role": "assistant", "content": ""})

    @classmethod
    def piece(cls, text: str) -> str:
        return cls._chunk({"content": text})

    @staticmethod
    def error() -> str:
        return _sse({"error": {"message": "overloaded", "type": "server_error", "code": None}})

    @classmethod
    def end(cls, reason: str) -> Iterator[str]:
        if reason == "refusal":
            yield cls._chunk({"refusal": "I cannot help with that."})
            reason = "content_filter"
        yield cls._chunk({}, reason)
        base = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}
        yield _sse({**base, "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}})
        yield "data: [DONE]\n\n"


class _Anthropic:
    event_line = "event: content_block_delta\n"  # the SDK passes over events without a name

    @staticmethod
    def begin() -> Iterator[str]:
        message = {
            "id": "m1",
            "type": "message",
            "role": "assistant",
            "model": "m",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }
        yield _sse({"type": "message_start", "message": message}, "message_start")
        block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        yield _sse(block, "content_block_start")
        yield _sse({"type": "ping"}, "ping")

    @staticmethod
    def piece(text: str) -> str:
        delta = {"type": "text_delta", "text": text}
        return _sse({"type": "content_block_delta", "index": 0, "delta": delta}, "content_block_delta")

    @staticmethod
    def error() -> str:
        return _sse({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "error")

    @staticmethod
    def end(reason: str) -> Iterator[str]:
        reasons = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal", "refusal": "refusal"}
        yield _sse({"type": "content_block_stop", "index": 0}, "content_block_stop")
        delta = {"stop_reason": reasons[reason], "stop_sequence": None}
        yield _sse({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 2}}, "message_delta")
        yield _sse({"type": "message_stop"}, "message_stop")


class _Google:
    event_line = ""

    @staticmethod
    def _chunk(parts: list[dict[str, Any]], finish: str | None = None) -> str:
        candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
        if finish:
            candidate["finishReason"] = finish
        usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
        return _sse({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "m", "responseId": "r"})

    @staticmethod
    def begin() -> Iterator[str]:
        return iter(())

    @classmethod
    def piece(cls, text: str) -> str:
        return cls._chunk([{"text": text}])

    @staticmethod
    def error() -> str:
        return _sse({"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}})

    @classmethod
    def end(cls, reason: str) -> Iterator[str]:
        reasons = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY", "refusal": "SAFETY"}
        yield cls._chunk([], reasons[reason])
