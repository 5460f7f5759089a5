"""A model for tests: says a given text, piece by piece, or fails where it is told to."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

from colloquy.providers.llm.port import ChatCapabilities, ChatRequest, ModelUnavailable


class FakeChat:
    """Deterministic. `says` may be a function of the request; `fails` is raised after `fails_after` pieces.

    `asked` lists the requests. The fake is local: nothing leaves this machine.
    """

    name = "fake:script"
    capabilities = ChatCapabilities(vendor="fake", local=True)

    def __init__(
        self,
        says: str | Callable[[ChatRequest], str] = "What did you do yourself?",
        *,
        fails: Exception | None = None,
        fails_after: int = 0,
    ) -> None:
        self.says = says
        self.fails = fails
        self.fails_after = fails_after
        self.asked: list[ChatRequest] = []

    async def stream(self, request: ChatRequest) -> AsyncIterator[str]:
        """See `ChatModel`."""
        self.asked.append(request)
        text = self.says if isinstance(self.says, str) else self.says(request)
        pieces = re.findall(r"\S+\s*", text)
        if self.fails is None and not pieces:
            raise ModelUnavailable("The model said nothing.")
        for number, piece in enumerate(pieces):
            if self.fails is not None and number >= self.fails_after:
                break
            yield piece
        if self.fails is not None:
            raise self.fails

    async def close(self) -> None:
        """Nothing to give back."""
