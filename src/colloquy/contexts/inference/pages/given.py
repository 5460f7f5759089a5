"""What these pages are given, and the words that they share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form

from colloquy.contexts.inference.service.ask import Inference
from colloquy.kit.crypto import Secret
from colloquy.kit.http.state import instance
from colloquy.kit.i18n import gettext as _
from colloquy.providers.llm.guarded import ModelGuard
from colloquy.providers.llm.structured_vendors import VENDORS

Text = Annotated[str, Form()]
"""A form's field; give it the default "" so that leaving it out is answered in words, beside the field."""
TheInference = Annotated[Inference, instance(Inference)]
TheGuard = Annotated[ModelGuard, instance(ModelGuard)]
TheSecret = Annotated[Secret, instance(Secret)]
HOME = "/settings/models"

_NAMES = {
    "openai": "OpenAI",
    "deepseek": "DeepSeek",
    "qwen": "Qwen (Alibaba)",
    "ollama": "Ollama",
    "lmstudio": "LM Studio",
    "llamacpp": "llama.cpp",
    "vllm": "vLLM",
    "google": "Google Gemini",
    "anthropic": "Anthropic",
}
_ALIASES = frozenset({"gemini", "claude"})


def vendor_name(vendor: str) -> str:
    """The vendor as it calls itself."""
    return _("Own server") if vendor == "compatible" else _NAMES.get(vendor, vendor)


def vendor_choices(other: str) -> list[tuple[str, str]]:
    """Every vendor for a list to choose from; `other` words the one that is any server with OpenAI's protocol."""
    names = [(vendor, vendor_name(vendor)) for vendor in VENDORS if vendor not in _ALIASES and vendor != "compatible"]
    return [*sorted(names, key=lambda pair: pair[1].lower()), ("compatible", other)]


def whole(text: str) -> int | str | None:
    """A number that was written into a form; None for nothing, the text itself when it is none."""
    text = text.strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text  # noqa: PLR2004 - no limit of ours is as long
