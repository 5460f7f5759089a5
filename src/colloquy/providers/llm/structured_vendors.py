"""What is known of vendors whose models fill in forms: data, so that a new model is a line and no code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Schema = Literal["native", "tool", "prompt"]


@dataclass(frozen=True, slots=True)
class Vendor:
    """`provider` is Pydantic AI's module for it, `header` where its key goes, `schema` how its models are held to a
    shape, `but` the models (by the beginning of their name) for which that is otherwise.
    """

    provider: str
    header: str
    schema: Schema
    but: tuple[tuple[str, Schema], ...] = ()


_BEARER: Final = "authorization"
_GOOGLE: Final = Vendor("google", "x-goog-api-key", "native", ((r"gemma", "prompt"), (r"gemini-1", "tool")))
_ANTHROPIC: Final = Vendor(
    # Constrained decoding came with the 4.5 family and Opus 4.1.
    "anthropic",
    "x-api-key",
    "native",
    ((r"claude-(?:2|3|instant)", "tool"), (r"claude-(?:opus|sonnet)-4-(?:0|2)", "tool")),
)

VENDORS: Final = {
    # JSON schemas came with gpt-4o.
    "openai": Vendor("openai", _BEARER, "native", ((r"gpt-3|gpt-4(?:$|-)", "tool"),)),
    # Its chat completions refuse json_schema; a reasoner cannot be made to call a tool.
    "deepseek": Vendor("deepseek", _BEARER, "tool", ((r"deepseek-reasoner", "prompt"),)),
    "qwen": Vendor("alibaba", _BEARER, "tool", ((r"qwq|qvq|.*-thinking", "prompt"),)),
    "ollama": Vendor("ollama", _BEARER, "native", ((r".*-cloud$", "tool"),)),
    "vllm": Vendor("vllm", _BEARER, "native"),
    "lmstudio": Vendor("openai_compatible", _BEARER, "native"),
    "llamacpp": Vendor("openai_compatible", _BEARER, "native"),
    # Nothing is known of it, so nothing is asked of it but text.
    "compatible": Vendor("openai_compatible", _BEARER, "prompt"),
    "google": _GOOGLE,
    "gemini": _GOOGLE,
    "anthropic": _ANTHROPIC,
    "claude": _ANTHROPIC,
}


def schema_for(vendor: str, model: str) -> Schema:
    """How this model is held to a shape."""
    known = VENDORS[vendor]
    return next((schema for pattern, schema in known.but if re.match(pattern, model)), known.schema)
