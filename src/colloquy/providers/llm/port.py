"""Language models: what is asked of one, and how it may fail.

One question, one text that comes in pieces. No tools, no history of its own: what a model may know is in the request,
and what it may do with it is checked by whoever asked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol

from colloquy.kit.errors import Transient


class ModelRefused(Exception):  # noqa: N818 - an answer about this request, not a fault of the program
    """The model will not answer this request, however often it is asked. `code` is stable and snake_case; `message`
    says what a person can do about it and holds nothing of the request. `requests`: HTTP requests that it took.
    """

    requests = 1

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ModelUnavailable(Transient):
    """The model did not answer as it should; the same request may succeed later.

    `limited`: it is there, and only this key asks too often (429). Another key may be answered at once. `requests`:
    HTTP requests that it took.
    """

    requests = 1

    def __init__(self, message: str, *, retry_after: float | None = None, limited: bool = False) -> None:
        super().__init__(message, retry_after=retry_after)
        self.limited = limited


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A request. `instructions` are ours; `prompt` may hold what others wrote, delimited as data by the caller.

    `first_seconds` until the first piece, `total_seconds` for everything, connecting included.
    """

    instructions: str
    prompt: str
    max_tokens: int = 300
    temperature: float = 0.3
    first_seconds: float = 6.0
    total_seconds: float = 20.0
    counted: Callable[[int, int], None] | None = None
    """Told the input and output tokens, once, by vendors that say how many there were."""


@dataclass(frozen=True, slots=True)
class ChatCapabilities:
    """`vendor` is where requests go; `local` means that they stay on this machine."""

    vendor: str
    local: bool


class ChatModel(Protocol):
    """A model. `name` is "vendor:model", for example "openai:gpt-5-mini"."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> ChatCapabilities: ...

    def stream(self, request: ChatRequest) -> AsyncIterator[str]:
        """The answer in pieces, none of them empty. A stream that ends without an error is complete.

        Raises `ModelRefused` when it never will and `ModelUnavailable` when it may later, also after some pieces.
        """
        ...

    async def close(self) -> None:
        """Gives connections back. The model can be used again afterwards."""
        ...
