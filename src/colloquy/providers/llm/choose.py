"""Which language model this installation uses, decided from plain settings without loading or calling anything."""

from __future__ import annotations

import importlib.util
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from colloquy.providers.llm.port import ChatModel
from colloquy.providers.outbound.errors import OutboundRefused
from colloquy.providers.outbound.guard import Guard

COMPATIBLE: Final = {
    "openai": "https://api.openai.com/v1",
    "deepseek": "https://api.deepseek.com/v1",
    "qwen": "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    "ollama": "http://127.0.0.1:11434/v1",
    "lmstudio": "http://127.0.0.1:1234/v1",
    "llamacpp": "http://127.0.0.1:8080/v1",
    "vllm": None,
    "compatible": None,
}
"""Vendors that speak OpenAI's protocol, with the address that each documents; None: an installation's own."""
_KEYLESS: Final = frozenset({"ollama", "lmstudio", "llamacpp", "vllm", "compatible"})
OTHER_NAMES: Final = {"gemini": "google", "claude": "anthropic"}
"""How people call a vendor, with Pydantic AI's name for it."""
SDKS: Final = {"anthropic": "anthropic", "google": "google.genai"}


@dataclass(frozen=True, slots=True)
class Choice:
    """The model (None: no model, the rules ask) and one line for `doctor`."""

    model: ChatModel | None
    line: str


class CannotChooseError(ValueError):
    """The settings ask for a model that cannot be had; the text says what to change."""


def choose_model(
    name: str | None, *, key: str | None = None, url: str | None = None, guard: Guard | None = None
) -> Choice:
    """The model "vendor:model", or none. With `guard` it is asked only where that lets it be.

    Raises `CannotChooseError` when it cannot work.
    """
    if not name:
        return Choice(None, "none: conversations are led by rules, nothing leaves this machine")
    vendor, colon, model = name.partition(":")
    vendor, model = vendor.strip().lower(), model.strip()
    if not (vendor and colon and model):
        raise CannotChooseError(f"“{name}” is not a model: write vendor:model, for example openai:gpt-5-mini.")
    if url is not None and urlsplit(url).scheme not in {"http", "https"}:
        raise CannotChooseError(f"“{url}” is not an address: it begins with http:// or https://.")
    make = _compatible if vendor in COMPATIBLE else _other
    return make(vendor, model, key, url, guard)


def guarded_address(address: str, guard: Guard | None) -> str:
    """`address`, where the guard lets models be there. Raises `CannotChooseError`, which says what to change."""
    try:
        return guard.check(address) if guard else address
    except OutboundRefused as refused:
        raise CannotChooseError(refused.message) from refused


def _compatible(vendor: str, model: str, key: str | None, url: str | None, guard: Guard | None) -> Choice:
    address = url or COMPATIBLE[vendor]
    if address is None:
        raise CannotChooseError(f"{vendor} needs the address of its server in COLLOQUY_LLM_URL.")
    address = guarded_address(address, guard)
    local = is_here(address)
    if not key and url is None and vendor not in _KEYLESS:
        raise CannotChooseError(f"{vendor} needs a key in COLLOQUY_LLM_KEY.")
    from colloquy.providers.llm.openai_stream import OpenAIChat  # brings aiohttp, for those who use it

    chat = OpenAIChat(vendor, model, base_url=address, key=key, local=local, guard=guard)
    where = "on this machine" if local else "what candidates say in conversations is sent there"
    return Choice(chat, f"{chat.name} at {address}: {where}")


def _other(vendor: str, model: str, key: str | None, url: str | None, guard: Guard | None) -> Choice:
    provider = OTHER_NAMES.get(vendor, vendor)
    if not _has_provider(provider):
        raise CannotChooseError(
            f"There is no vendor “{vendor}”. For a server that speaks OpenAI's protocol write compatible:{model} and "
            "set COLLOQUY_LLM_URL."
        )
    if provider in SDKS and importlib.util.find_spec(SDKS[provider].split(".")[0]) is None:
        raise CannotChooseError(f"The library for {vendor} is not installed: pip install '{SDKS[provider]}'.")
    if not key:
        raise CannotChooseError(f"{vendor} needs a key in COLLOQUY_LLM_KEY.")
    from colloquy.providers.llm.pydantic_ai import PydanticAIChat

    url = guarded_address(url, guard) if url else None
    chat = PydanticAIChat(f"{vendor}:{model}", key=key, base_url=url, provider=provider, guard=guard)
    return Choice(chat, f"{chat.name} through Pydantic AI: what candidates say in conversations is sent there")


def _has_provider(provider: str) -> bool:
    """Whether Pydantic AI has a provider by that name. Its folder is looked at; importing it takes a second."""
    package = importlib.util.find_spec("pydantic_ai")
    if package is None or package.origin is None or not provider.replace("-", "_").isidentifier():
        return False
    return (Path(package.origin).parent / "providers" / f"{provider.replace('-', '_')}.py").is_file()


def is_here(address: str) -> bool:
    """Whether requests to `address` stay on this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
