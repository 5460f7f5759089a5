"""The time limits of a streamed answer: until its first piece, and for the whole of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from colloquy.providers.llm.port import ChatRequest, ModelUnavailable


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
