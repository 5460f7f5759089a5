"""Language models that fill in a form: one request, one answer of a given shape, or one of three ways to fail.

What comes back is untrusted until it has passed the schema; what it says is then checked by whoever asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

from colloquy.kit.errors import Transient
from colloquy.providers.llm.port import ModelRefused, ModelUnavailable

__all__ = [
    "ModelMalformed",
    "ModelRefused",
    "ModelUnavailable",
    "Spent",
    "StructuredAnswer",
    "StructuredCapabilities",
    "StructuredModel",
    "StructuredRequest",
]

Output = TypeVar("Output", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Spent:
    """What answering took: tokens as the vendor counted them (None: it did not say), and HTTP requests made."""

    input_tokens: int | None
    output_tokens: int | None
    requests: int


class ModelMalformed(Transient):
    """The model answered, was told once what is wrong with its answer, and answered wrongly again or not at all.

    `spent` counts both tries. Nothing of either is repeated: they may quote what a candidate said.
    """

    def __init__(self, message: str, *, spent: Spent) -> None:
        super().__init__(message)
        self.spent = spent


@dataclass(frozen=True, slots=True)
class StructuredRequest(Generic[Output]):
    """A request. `instructions` are ours; `prompt` may hold what others wrote, delimited as data by the caller.

    `output` is the shape of the answer; a field's description is part of the instructions. `total_seconds` are for
    everything, connecting and one repair included.
    """

    instructions: str
    prompt: str
    output: type[Output]
    max_tokens: int = 2000
    temperature: float = 0.0
    total_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class StructuredAnswer(Generic[Output]):
    """An answer that has the shape asked for. `repaired`: only its second version had."""

    output: Output
    spent: Spent
    repaired: bool


@dataclass(frozen=True, slots=True)
class StructuredCapabilities:
    """What is known of a model. `schema` is how it is held to a shape: by the vendor (native), by a tool call, or by
    asking for JSON in words. `local`: requests stay on this machine.
    """

    vendor: str
    local: bool
    schema: Literal["native", "tool", "prompt"]


class StructuredModel(Protocol):
    """A model at one address. `name` is "vendor:model". Keys come with each request: a pool holds many."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> StructuredCapabilities: ...

    async def complete(self, request: StructuredRequest[Output], *, key: str | None) -> StructuredAnswer[Output]:
        """The answer, after at most one repair.

        Raises `ModelRefused` (codes key, quota, model, request, content_filter) when this request will never be
        answered with this key, `ModelUnavailable` when it may be later, `ModelMalformed` when only nonsense came.
        Never anything else.
        """
        ...

    async def close(self) -> None:
        """Gives connections back. The model can be used again afterwards."""
        ...
