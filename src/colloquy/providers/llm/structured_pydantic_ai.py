"""Models that fill in a form, through Pydantic AI: OpenAI and whatever speaks its protocol, Google, Anthropic.

Pydantic AI writes each vendor's requests and reads each vendor's answers; its agents, retries and validation stay
unused, since how often a model is asked and what is believed of it is decided here. Imported when the first request is
made: its import takes a second, and an installation without a model never pays it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from colloquy.providers.llm.port import ModelRefused, ModelUnavailable
from colloquy.providers.llm.structured import (
    ModelMalformed,
    Output,
    Spent,
    StructuredAnswer,
    StructuredCapabilities,
    StructuredRequest,
)
from colloquy.providers.llm.structured_reading import Unusable, asked_again, read
from colloquy.providers.llm.structured_vendors import VENDORS, schema_for
from colloquy.providers.outbound.guard import Guard

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse
    from pydantic_ai.models import Model, ModelRequestParameters

    from colloquy.providers.llm.structured_wire import Call

FIRST_SECONDS: Final = 45.0
"""Until the first byte. What is not streamed begins when it is ready, so this is the time to think."""
BODY_SECONDS: Final = 15.0
"""From the first byte to the last: an answer that is ready comes in one go, and what drips is broken."""
_THINKING_TOKENS: Final = 6000
"""Added to the limit of models that think first: they pay for it out of the same allowance."""
_TOOL: Final = "answer"


class PydanticAIStructured:
    """A model at one address, see `StructuredModel`. One pool of connections, whichever keys come along."""

    def __init__(
        self,
        vendor: str,
        model: str,
        *,
        base_url: str | None,
        local: bool,
        first_seconds: float | None = FIRST_SECONDS,
        body_seconds: float = BODY_SECONDS,
        guard: Guard | None = None,
    ) -> None:
        """`first_seconds` None: a model on this machine may be loaded from disk first, so all the time there is.
        `guard`: connections go only where it lets them, and past the proxies of the environment.
        """
        self.name = f"{vendor}:{model}"
        self.capabilities = StructuredCapabilities(vendor=vendor, local=local, schema=schema_for(vendor, model))
        self._vendor = vendor
        self._id = model
        self._base_url = base_url
        self._guard = guard
        self._first_seconds = first_seconds
        self._body_seconds = body_seconds
        self._built: _Built | None = None
        self._building = asyncio.Lock()
        self._varies = True

    async def complete(self, request: StructuredRequest[Output], *, key: str | None) -> StructuredAnswer[Output]:
        """See `StructuredModel`."""
        spending = _Spending()
        failure: ModelRefused | ModelUnavailable | ModelMalformed
        try:
            async with asyncio.timeout(request.total_seconds) as limit:
                return await self._complete(request, key, limit, spending)
        except (ModelRefused, ModelUnavailable) as error:
            failure = error
        except Unusable:
            failure = ModelUnavailable("The model's answer cannot be used.")
        except TimeoutError:
            failure = ModelUnavailable("The model did not answer in time.")
        failure.requests = max(1, spending.so_far().requests)
        if spending.answers:
            # However the second try went, the first was answered and is paid for.
            failure = ModelMalformed("The model did not answer in the shape asked for.", spent=spending.so_far())
        # Raised here, where no error of theirs is being handled: as a context it would stay in a trace, with its text.
        raise failure

    async def close(self) -> None:
        """See `StructuredModel`."""
        built, self._built = self._built, None
        if built is not None:
            await built.client.aclose()

    async def _complete(
        self, request: StructuredRequest[Output], key: str | None, limit: asyncio.Timeout, spending: _Spending
    ) -> StructuredAnswer[Output]:
        built = await self._ready()
        from colloquy.providers.llm import structured_wire as wire

        until = limit.when() or 0.0
        first = self._first_seconds or request.total_seconds
        call = wire.Call(VENDORS[self._vendor].header, key, limit, until, first, self._body_seconds)
        spending.call = call
        token = wire.current.set(call)
        try:
            try:
                return await self._asked(built.model, request, request.instructions, call, spending)
            except Unusable as unusable:
                instructions = asked_again(request, unusable.problem)
            return await self._asked(built.model, request, instructions, call, spending)
        finally:
            wire.current.reset(token)

    async def _asked(
        self, model: Model, request: StructuredRequest[Output], instructions: str, call: Call, spending: _Spending
    ) -> StructuredAnswer[Output]:
        response = await self._request(model, request, instructions, call)
        text = _answer(response, spending)
        return StructuredAnswer(read(text, request.output), spending.so_far(), repaired=spending.answers > 1)

    async def _request(
        self, model: Model, request: StructuredRequest[Any], instructions: str, call: Call
    ) -> ModelResponse:
        from colloquy.providers.llm.structured_errors import names_temperature, translated

        varies = self._varies and _takes_temperature(model)
        failure: Exception | None = None
        try:
            return await self._sent(model, request, instructions, varies=varies)
        except Exception as error:  # noqa: BLE001 - errors of Pydantic AI, three SDKs, two HTTP clients, parsers
            if not (varies and names_temperature(error)):
                failure = call.broken or translated(error)
        if failure is not None:
            raise failure
        self._varies = False  # a model newer than the tables; the next ones are not asked in vain
        return await self._request(model, request, instructions, call)

    async def _sent(
        self, model: Model, request: StructuredRequest[Any], instructions: str, *, varies: bool
    ) -> ModelResponse:
        from pydantic_ai.direct import model_request
        from pydantic_ai.messages import ModelRequest
        from pydantic_ai.settings import ModelSettings

        thinks = model.profile.get("thinking_enabled_by_default") or model.profile.get("thinking_always_enabled")
        settings = ModelSettings(
            max_tokens=request.max_tokens + (_THINKING_TOKENS if thinks else 0),
            timeout=request.total_seconds,  # SDKs insist on one; structured_wire keeps the limits
        )
        if varies:
            settings["temperature"] = request.temperature
        asked = [ModelRequest.user_text_prompt(request.prompt, instructions=instructions)]
        shape = _shape(request.output, self.capabilities.schema)
        return await model_request(model, asked, model_settings=settings, model_request_parameters=shape)

    async def _ready(self) -> _Built:
        async with self._building:
            loop = asyncio.get_running_loop()
            if self._built is None or self._built.loop is not loop:
                self._built = await asyncio.to_thread(_build, loop, self._vendor, self._id, self._base_url, self._guard)
            return self._built


class _Built:
    """A Pydantic AI model with its connections, of one event loop: connections cannot move to another."""

    def __init__(self, loop: asyncio.AbstractEventLoop, model: Model, client: Any) -> None:
        self.loop = loop
        self.model = model
        self.client = client


class _Spending:
    """What one call has taken until now, by what vendors said, and how many answers there were to read."""

    def __init__(self) -> None:
        self.call: Call | None = None
        self.answers = 0
        self._input: int | None = None
        self._output: int | None = None

    def add(self, response: ModelResponse) -> None:
        self.answers += 1
        usage = response.usage
        if usage.input_tokens:  # nothing is read for nothing: 0 is what a vendor did not say
            self._input = (self._input or 0) + usage.input_tokens
            self._output = (self._output or 0) + usage.output_tokens

    def so_far(self) -> Spent:
        return Spent(self._input, self._output, self.call.requests if self.call else 0)


def _answer(response: ModelResponse, spending: _Spending) -> str | Mapping[str, Any]:
    """The text that should be the answer, or the members of the call that should. Raises what else it can be."""
    from pydantic_ai.messages import TextPart, ToolCallPart

    if response.finish_reason == "content_filter":
        raise ModelRefused("content_filter", "The model declined to answer.")
    if response.finish_reason == "error":
        raise ModelUnavailable("The model broke its answer off.")
    spending.add(response)
    if response.finish_reason == "length":
        raise Unusable("It was cut off because it was too long: answer more briefly.")
    calls = [part for part in response.parts if isinstance(part, ToolCallPart)]
    if len(calls) > 1:
        raise Unusable("It came more than once.")
    if calls:
        return calls[0].args or ""
    return "".join(part.content for part in response.parts if isinstance(part, TextPart))


def _shape(output: type[BaseModel], schema: str) -> ModelRequestParameters:
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.output import OutputObjectDefinition
    from pydantic_ai.tools import ToolDefinition

    described = output.model_json_schema()
    described.setdefault("additionalProperties", False)
    if schema == "tool":
        tool = ToolDefinition(
            name=_TOOL, parameters_json_schema=described, description="Gives the answer.", kind="output"
        )
        return ModelRequestParameters(output_mode="tool", output_tools=[tool], allow_text_output=False)
    wanted = OutputObjectDefinition(described, name=_TOOL, strict=True if schema == "native" else None)
    return ModelRequestParameters(output_mode="native" if schema == "native" else "prompted", output_object=wanted)


def _takes_temperature(model: Model) -> bool:
    """By Pydantic AI's tables: models that reason first refuse it, as do the newest of Anthropic."""
    profile: Mapping[str, Any] = model.profile
    if profile.get("anthropic_disallows_sampling_settings"):
        return False
    thinks = profile.get("thinking_enabled_by_default") or profile.get("thinking_always_enabled")
    return not (thinks and profile.get("openai_supports_reasoning"))


def _build(
    loop: asyncio.AbstractEventLoop, vendor: str, model: str, base_url: str | None, guard: Guard | None
) -> _Built:
    from colloquy.providers.llm.structured_building import build
    from colloquy.providers.llm.structured_wire import client

    connections = client(guard)
    return _Built(loop, build(vendor, model, base_url, connections), connections)
