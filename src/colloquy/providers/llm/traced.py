"""Models with a span around every call, by OpenTelemetry's conventions for generative AI.

A span has who was asked, how long it took, the tokens and how it went. What was said is in it only where the
installation has switched that on; a key never is.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, Final, Literal

from colloquy.kit.telemetry import Telemetry, Value, span
from colloquy.providers.llm.port import ChatCapabilities, ChatModel, ChatRequest
from colloquy.providers.llm.structured import (
    ModelMalformed,
    Output,
    Spent,
    StructuredAnswer,
    StructuredCapabilities,
    StructuredModel,
    StructuredRequest,
)

_PROVIDERS: Final = {"gemini": "gcp.gemini", "google": "gcp.gemini", "claude": "anthropic"}
"""The conventions' names for vendors, where they differ from ours."""


class TracedStructured:
    """A `StructuredModel` whose calls are seen."""

    def __init__(self, model: StructuredModel, telemetry: Telemetry) -> None:
        self._model = model
        self._telemetry = telemetry

    @property
    def name(self) -> str:
        """See `StructuredModel`."""
        return self._model.name

    @property
    def capabilities(self) -> StructuredCapabilities:
        """See `StructuredModel`."""
        return self._model.capabilities

    async def complete(self, request: StructuredRequest[Output], *, key: str | None) -> StructuredAnswer[Output]:
        """See `StructuredModel`."""
        asked = _asked(self.name, request, "json")
        with span(self._telemetry, f"chat {asked['gen_ai.request.model']}", asked) as seen:
            if self._telemetry.content:
                seen.set(_shown(request))
            try:
                answer = await self._model.complete(request, key=key)
            except ModelMalformed as malformed:
                seen.set(_took(malformed.spent))
                raise
            seen.set({**_took(answer.spent), "colloquy.repaired": answer.repaired})
            if self._telemetry.content:
                seen.set(_said(answer.output.model_dump_json()))
            return answer

    async def close(self) -> None:
        """See `StructuredModel`."""
        await self._model.close()


class TracedChat:
    """A `ChatModel` whose streams are seen: a span from the request to the last piece, or to where it was left."""

    def __init__(self, model: ChatModel, telemetry: Telemetry) -> None:
        self._model = model
        self._telemetry = telemetry

    @property
    def name(self) -> str:
        """See `ChatModel`."""
        return self._model.name

    @property
    def capabilities(self) -> ChatCapabilities:
        """See `ChatModel`."""
        return self._model.capabilities

    async def stream(self, request: ChatRequest) -> AsyncIterator[str]:
        """See `ChatModel`."""
        asked = {**_asked(self.name, request, "text"), "gen_ai.request.stream": True}
        with span(self._telemetry, f"chat {asked['gen_ai.request.model']}", asked) as seen:
            if self._telemetry.content:
                seen.set(_shown(request))
            pieces: Any = self._model.stream(request)
            said: list[str] = []
            try:
                async with aclosing(pieces):
                    async for piece in pieces:
                        if self._telemetry.content:
                            said.append(piece)
                        yield piece
            finally:
                if said:
                    seen.set(_said("".join(said)))

    async def close(self) -> None:
        """See `ChatModel`."""
        await self._model.close()


def _asked(
    name: str, request: StructuredRequest[Any] | ChatRequest, output: Literal["json", "text"]
) -> dict[str, Value | None]:
    vendor, _, model = name.partition(":")
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": _PROVIDERS.get(vendor, vendor),
        "gen_ai.request.model": model,
        "gen_ai.request.max_tokens": request.max_tokens,
        "gen_ai.request.temperature": request.temperature,
        "gen_ai.output.type": output,
    }


def _took(spent: Spent) -> dict[str, Value | None]:
    return {
        "gen_ai.usage.input_tokens": spent.input_tokens,
        "gen_ai.usage.output_tokens": spent.output_tokens,
        "colloquy.http_requests": spent.requests,
    }


def _shown(request: StructuredRequest[Any] | ChatRequest) -> dict[str, Value | None]:
    asked = [{"role": "user", "parts": [_part(request.prompt)]}]
    return {
        "gen_ai.system_instructions": json.dumps([_part(request.instructions)], ensure_ascii=False),
        "gen_ai.input.messages": json.dumps(asked, ensure_ascii=False),
    }


def _said(text: str) -> dict[str, Value | None]:
    answered = [{"role": "assistant", "parts": [_part(text)], "finish_reason": "stop"}]
    return {"gen_ai.output.messages": json.dumps(answered, ensure_ascii=False)}


def _part(text: str) -> dict[str, str]:
    return {"type": "text", "content": text}
