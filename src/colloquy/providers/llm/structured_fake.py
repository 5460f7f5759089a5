"""A model for tests that fills in forms: says what it is told, fails where it is told to, remembers who asked."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from colloquy.providers.llm.structured import (
    Spent,
    StructuredAnswer,
    StructuredCapabilities,
    StructuredRequest,
)

Output = TypeVar("Output", bound=BaseModel)
Says = Callable[[StructuredRequest[Any], str | None], "BaseModel | Exception | Awaitable[BaseModel]"]


@dataclass
class FakeStructured:
    """Deterministic. `says` is given the request and the key; an exception that it returns or raises is raised.

    Without `says` every field gets its default, or the first value of its type. `keys` lists the keys in the order of
    the calls, `asked` the requests. `holds` makes calls wait until it is set.
    """

    name: str = "fake:form"
    says: Says | None = None
    input_tokens: int | None = 100
    output_tokens: int | None = 50
    repaired: bool = False
    local: bool = True
    schema: Literal["native", "tool", "prompt"] = "native"
    keys: list[str | None] = field(default_factory=list)
    asked: list[StructuredRequest[Any]] = field(default_factory=list)
    holds: asyncio.Event | None = None
    closed: int = 0

    @property
    def capabilities(self) -> StructuredCapabilities:
        """See `StructuredModel`."""
        return StructuredCapabilities(self.name.partition(":")[0], local=self.local, schema=self.schema)

    async def complete(self, request: StructuredRequest[Output], *, key: str | None) -> StructuredAnswer[Output]:
        """See `StructuredModel`."""
        self.asked.append(request)
        self.keys.append(key)
        if self.holds is not None:
            await self.holds.wait()
        said: Any = _first(request.output) if self.says is None else self.says(request, key)
        if inspect.isawaitable(said):
            said = await said
        if isinstance(said, Exception):
            raise said
        spent = Spent(self.input_tokens, self.output_tokens, 2 if self.repaired else 1)
        return StructuredAnswer(request.output.model_validate(said.model_dump()), spent, repaired=self.repaired)

    async def close(self) -> None:
        """Nothing to give back; counted."""
        self.closed += 1


def _first(output: type[BaseModel]) -> BaseModel:
    empty: dict[Any, Any] = {str: "text", int: 1, float: 1.0, bool: True}
    fields = output.model_fields.items()
    return output.model_validate(
        {name: empty.get(info.annotation, []) for name, info in fields if info.is_required()},
    )
