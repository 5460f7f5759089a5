"""The time limits of a streamed answer: until its first piece, and for the whole of it. Two ways to keep them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

from colloquy.providers.llm.port import ChatRequest, ModelUnavailable


class Watch:
    """One timer for a whole stream: when it runs out, it ends the connection and so whatever waits for it."""

    def __init__(self, request: ChatRequest) -> None:
        now = asyncio.get_running_loop().time()
        self.until = now + request.total_seconds
        self.first_until = min(self.until, now + request.first_seconds)
        self.spoken = False
        self.ran_out = False
        self._timer: asyncio.TimerHandle | None = None
        self._end: Callable[[], None] | None = None

    def start(self, end: Callable[[], None]) -> None:
        """Waits for the first piece; `end` is called when it does not come in time."""
        self._end = end
        self._timer = asyncio.get_running_loop().call_at(self.first_until, self._run_out)

    def speaks(self) -> None:
        """The first piece is there: now the limit of the whole counts."""
        self.spoken = True
        self.stop()
        self._timer = asyncio.get_running_loop().call_at(self.until, self._run_out)

    def stop(self) -> None:
        """The stream is over."""
        if self._timer is not None:
            self._timer.cancel()

    def late(self) -> ModelUnavailable:
        """What to say of a stream that ran out of time."""
        return ModelUnavailable(f"The model did not {'finish' if self.spoken else 'begin'} in time.")

    def _run_out(self) -> None:
        self.ran_out = True
        if self._end is not None:
            self._end()


async def in_time(pieces: AsyncGenerator[str], request: ChatRequest) -> AsyncIterator[str]:
    """The pieces that are not empty. Raises `ModelUnavailable` when they come too late or there are none.

    The wait is timed piece by piece, not by one timer around everything: who reads may take their time.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + request.total_seconds
    until = min(ends, loop.time() + request.first_seconds)
    spoken = False
    async with aclosing(pieces):
        while True:
            try:
                async with asyncio.timeout_at(until):
                    piece = await anext(pieces, None)
            except TimeoutError as error:
                late = "finish" if spoken else "begin"
                raise ModelUnavailable(f"The model did not {late} in time.") from error
            if piece is None:
                break
            if piece:
                spoken, until = True, ends
                yield piece
    if not spoken:
        raise ModelUnavailable("The model said nothing.")
