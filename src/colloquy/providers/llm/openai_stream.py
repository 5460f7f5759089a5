"""OpenAI's chat completions as a stream, and every server that speaks them (DeepSeek, Qwen, Ollama, vLLM, …).

A thin adapter of our own, because a candidate's tokens pass here one by one: a vendor's SDK builds several objects a
token, this reads a chunk of the connection, takes two members out of each event and is done (`tests.bench chat`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Final

import aiohttp
import msgspec

from colloquy.providers.llm.deadline import Watch
from colloquy.providers.llm.guarded import socket_for
from colloquy.providers.llm.openai_errors import raise_for_status
from colloquy.providers.llm.port import ChatCapabilities, ChatRequest, ModelRefused, ModelUnavailable
from colloquy.providers.outbound.guard import Guard

_LONGEST_LINE: Final = 256 * 1024
"""Bytes of one event; a token's are some hundred."""
_LONGEST_ERROR: Final = 64 * 1024
_CONNECT_SECONDS: Final = 5.0
_IDLE_SECONDS: Final = 60.0
_OPTIONAL: Final = ("temperature", "max_completion_tokens", "max_tokens", "stream_options")
"""Parameters that some models do not take: a request refused for one is sent again without it."""


class _Delta(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Event(msgspec.Struct):
    choices: list[_Choice] = []  # msgspec copies an empty list
    usage: _Usage | None = None
    error: msgspec.Raw | None = None


class OpenAIChat:
    """`POST {base_url}/chat/completions` with `stream`. One pool of connections a model, opened on first use."""

    def __init__(
        self,
        vendor: str,
        model: str,
        *,
        base_url: str,
        key: str | None = None,
        local: bool = False,
        guard: Guard | None = None,
    ) -> None:
        """`guard`: connections go only where it lets them, and past the proxies of the environment."""
        self.name = f"{vendor}:{model}"
        self.capabilities = ChatCapabilities(vendor=vendor, local=local)
        self._model = model
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._socket = socket_for(guard, base_url) if guard else None
        self._most = "max_completion_tokens" if vendor == "openai" else "max_tokens"
        self._without: frozenset[str] = frozenset()
        self._session: aiohttp.ClientSession | None = None

    def stream(self, request: ChatRequest) -> AsyncIterator[str]:
        """See `ChatModel`."""
        return self._stream(request)

    async def close(self) -> None:
        """See `ChatModel`."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _stream(self, request: ChatRequest) -> AsyncGenerator[str]:
        watch = Watch(request)
        try:
            async with asyncio.timeout_at(watch.first_until):
                response = await self._post(request)
            async with response:
                # One timer closes the connection, instead of a timeout around every read of a token.
                watch.start(response.close)
                async for piece in _pieces(response.content, request.counted):
                    if not watch.spoken:
                        watch.speaks()
                    yield piece
        except TimeoutError as error:
            raise watch.late() from error
        except (aiohttp.ClientError, ConnectionError) as error:
            if watch.ran_out:
                raise watch.late() from error
            raise ModelUnavailable(f"The model cannot be reached ({type(error).__name__}).") from error
        finally:
            watch.stop()
        if not watch.spoken:
            raise ModelUnavailable("The model said nothing.")

    async def _post(self, request: ChatRequest) -> aiohttp.ClientResponse:
        for _ in range(1 + len(_OPTIONAL)):
            response = await self._opened().post(
                self._url, data=self._body(request), headers=self._headers, allow_redirects=False
            )
            if response.status == 200:  # noqa: PLR2004 - an HTTP status
                return response
            async with response:
                body = await response.content.read(_LONGEST_ERROR)
            refused = frozenset(name for name in _OPTIONAL if name.encode() in body) - self._without
            if response.status != 400 or not refused:  # noqa: PLR2004 - an HTTP status
                raise_for_status(response.status, response.headers, body)
            self._without |= refused
        raise ModelRefused("request", "The model does not accept the request (status 400).")

    def _body(self, request: ChatRequest) -> bytes:
        optional: dict[str, object] = {"temperature": request.temperature, self._most: request.max_tokens}
        if request.counted is not None:
            optional["stream_options"] = {"include_usage": True}
        return msgspec.json.encode(
            {
                "model": self._model,
                "stream": True,
                "messages": [
                    {"role": "system", "content": request.instructions},
                    {"role": "user", "content": request.prompt},
                ],
                **{name: value for name, value in optional.items() if name not in self._without},
            }
        )

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed or _elsewhere(self._session):
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS, socket_factory=self._socket),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=self._socket is None,  # companies reach vendors through a proxy
            )
        return self._session


def _elsewhere(session: aiohttp.ClientSession) -> bool:
    """Whether the session belongs to another event loop, as in a process that runs one after another."""
    return session._loop is not asyncio.get_running_loop()  # noqa: SLF001 - the library keeps it without showing it


async def _pieces(
    content: aiohttp.StreamReader, counted: Callable[[int, int], None] | None = None
) -> AsyncGenerator[str]:
    """The text of a stream's events. What arrives together is yielded together."""
    rest = b""
    decode = msgspec.json.Decoder(_Event).decode
    async for chunk in content.iter_any():
        *lines, rest = (rest + chunk).split(b"\n") if rest else chunk.split(b"\n")
        if len(rest) > _LONGEST_LINE:
            raise ModelUnavailable("The model's answer does not end.")
        text = ""
        for line in lines:
            if not line.startswith(b"data:"):  # comments, names of events, the empty lines between
                continue
            data = line[5:].strip()
            if data == b"[DONE]":
                if text:
                    yield text
                return
            try:
                event = decode(data)
            except msgspec.DecodeError as error:
                raise ModelUnavailable("The model's answer cannot be read.") from error
            if event.usage is not None and counted is not None:
                counted(event.usage.prompt_tokens, event.usage.completion_tokens)
            text += _text_of(event)
        if text:
            yield text
    raise ModelUnavailable("The model's answer was cut off.")


def _text_of(event: _Event) -> str:
    if event.error is not None:
        raise ModelUnavailable("The model stopped with an error.")
    if not event.choices:
        return ""
    choice = event.choices[0]
    if choice.finish_reason in {"content_filter", "length"}:
        # A text that breaks off is no question to a candidate, whatever broke it off.
        raise ModelRefused(choice.finish_reason, "The model broke its answer off.")
    if choice.delta is None:
        return ""
    if choice.delta.refusal:
        raise ModelRefused("refusal", "The model declined to answer.")
    return choice.delta.content or ""
