"""Every other vendor through Pydantic AI: Anthropic, Google, and whatever else it has a provider for.

Imported when the first request is made: its import takes a second, and an installation without a model never pays it.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any

from colloquy.providers.llm.deadline import in_time
from colloquy.providers.llm.guarded import transport
from colloquy.providers.llm.port import ChatCapabilities, ChatRequest, ModelRefused, ModelUnavailable
from colloquy.providers.outbound.guard import Guard

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model

_BROKEN_OFF = frozenset({"length", "content_filter", "error", "tool_call"})


class PydanticAIChat:
    """A model by its Pydantic AI name, `provider:model`. `name` is how Colloquy calls it."""

    def __init__(
        self,
        name: str,
        *,
        key: str | None = None,
        base_url: str | None = None,
        provider: str,
        guard: Guard | None = None,
    ) -> None:
        """`guard`: connections go only where it lets them, and past the proxies of the environment."""
        self.name = name
        self.capabilities = ChatCapabilities(vendor=name.partition(":")[0], local=False)
        self._id = f"{provider}:{name.partition(':')[2]}"
        self._key = key
        self._base_url = base_url
        self._guard = guard
        self._client: httpx2.AsyncClient | None = None
        self._model: Model | None = None
        self._providers: list[Any] = []
        self._building = asyncio.Lock()

    def stream(self, request: ChatRequest) -> AsyncIterator[str]:
        """See `ChatModel`."""
        return in_time(self._stream(request), request)

    async def close(self) -> None:
        """See `ChatModel`."""
        model, self._model = self._model, None
        if model is not None:
            await model.__aexit__(None, None, None)
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _stream(self, request: ChatRequest) -> AsyncGenerator[str]:
        model = await self._built()
        from pydantic_ai.direct import model_request_stream
        from pydantic_ai.messages import ModelRequest, PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta
        from pydantic_ai.settings import ModelSettings

        settings = ModelSettings(
            max_tokens=request.max_tokens,
            temperature=request.temperature,
            timeout=request.total_seconds,
            max_retries=0,  # who asked retries, within its own time
        )
        asked = [ModelRequest.user_text_prompt(request.prompt, instructions=request.instructions)]
        try:
            async with model_request_stream(model, asked, model_settings=settings) as answer:
                async for event in answer:
                    match event:
                        case PartStartEvent(part=TextPart(content=text)) if text:
                            yield text
                        case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
                            yield text
                        case _:  # thinking, the ends of parts
                            pass
                reason = answer.finish_reason
                if request.counted is not None:
                    request.counted(answer.usage.input_tokens, answer.usage.output_tokens)
        except Exception as error:
            # Not one family: errors of Pydantic AI, of three SDKs, of two HTTP clients, and parsers' ValueErrors.
            raise _translated(error) from error
        if reason is None:
            raise ModelUnavailable("The model's answer was cut off.")
        if reason in _BROKEN_OFF:
            raise ModelRefused(reason, "The model broke its answer off.")

    async def _built(self) -> Model:
        async with self._building:
            if self._model is None:
                model = await asyncio.to_thread(self._build)
                self._model = await model.__aenter__()
            return self._model

    def _build(self) -> Model:
        from pydantic_ai.models import infer_model

        return infer_model(self._id, provider_factory=self._provider)

    def _provider(self, name: str) -> Any:
        from pydantic_ai.providers import infer_provider_class

        kind = infer_provider_class(name)
        given: dict[str, Any] = {"api_key": self._key, "base_url": self._base_url}
        takes = inspect.signature(kind).parameters
        if self._guard is not None:
            if "http_client" not in takes:
                raise ModelRefused("model", "This vendor's models cannot be at an address of your own.")
            from pydantic_ai.models import create_async_httpx2_client

            self._client = create_async_httpx2_client(transport=transport(self._guard))
            given["http_client"] = self._client
        return kind(**{argument: value for argument, value in given.items() if value and argument in takes})


def _translated(error: Exception) -> Exception:
    """Our kind for an error of theirs. Its text is left behind: it may quote what a candidate said."""
    from pydantic_ai import exceptions

    if isinstance(error, ModelRefused | ModelUnavailable):
        return error
    if isinstance(error, exceptions.ModelAuthenticationError):
        return ModelRefused("key", "The model does not accept the key: check COLLOQUY_LLM_KEY.")
    if isinstance(error, exceptions.ModelNotFoundError):
        return ModelRefused("model", "There is no such model or address: check COLLOQUY_LLM and COLLOQUY_LLM_URL.")
    if isinstance(error, exceptions.ModelQuotaExceededError):
        return ModelRefused("quota", "The model's account has no credit left: top it up.")
    if isinstance(error, exceptions.ModelRequestRejectedError | exceptions.UserError):
        return ModelRefused("request", "The model does not accept the request.")
    if isinstance(error, exceptions.ContentFilterError):
        return ModelRefused("content_filter", "The model declined to answer.")
    wait = error.retry_after if isinstance(error, exceptions.ModelAPIError) else None
    return ModelUnavailable(f"The model failed ({type(error).__name__}).", retry_after=wait)
