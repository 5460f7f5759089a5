"""Pydantic AI's models over our connections, without keys: those come with each request (`structured_wire`)."""

from __future__ import annotations

import logging
from typing import Any, Final

from pydantic_ai.models import Model
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.profiles.openai import OpenAIModelProfile

from colloquy.providers.llm.structured_vendors import VENDORS, schema_for

_NO_KEY: Final = "none"
"""SDKs refuse to be built without one; it never leaves."""


def build(vendor: str, model: str, base_url: str | None, client: Any) -> Model:
    """The model. `client` is an httpx2 client; who made it closes it."""
    for name in ("openai", "anthropic", "google_genai", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)  # below that they write out what is sent
    match VENDORS[vendor].provider:
        case "google":
            return _google(model, base_url, client)
        case "anthropic":
            return _anthropic(model, base_url, client)
        case provider:
            return _openai(vendor, provider, model, base_url, client)


def _google(model: str, base_url: str | None, client: Any) -> Model:
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    made = GoogleProvider(api_key=_NO_KEY, base_url=base_url, http_client=client)
    return GoogleModel(model, provider=made)


def _anthropic(model: str, base_url: str | None, client: Any) -> Model:
    from anthropic import AsyncAnthropic
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    sdk = AsyncAnthropic(api_key=_NO_KEY, base_url=base_url, http_client=client, max_retries=0)
    native = schema_for("anthropic", model) == "native"
    return AnthropicModel(
        model,
        provider=AnthropicProvider(anthropic_client=sdk),
        profile=ModelProfile(supports_json_schema_output=native),
    )


def _openai(vendor: str, provider: str, model: str, base_url: str | None, client: Any) -> Model:
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel

    sdk = AsyncOpenAI(api_key=_NO_KEY, base_url=base_url, http_client=client, max_retries=0)
    profile = OpenAIModelProfile(
        supports_json_schema_output=schema_for(vendor, model) == "native",
        # Only OpenAI's own API knows the newer name of the limit for sure.
        openai_chat_supports_max_completion_tokens=vendor == "openai",
    )
    if vendor == "compatible":
        profile["supports_json_object_output"] = False
    return OpenAIChatModel(model, provider=_provider(provider, vendor, sdk), profile=profile)


def _provider(provider: str, vendor: str, sdk: Any) -> Any:
    """What knows the particulars of the models that this vendor serves."""
    if provider == "openai_compatible":
        from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

        return OpenAICompatibleProvider(vendor, openai_client=sdk)
    from pydantic_ai.providers import infer_provider_class

    kind: Any = infer_provider_class(provider)
    return kind(openai_client=sdk)
