"""Bytes from a sender into an append: one batch ahead of the disk, and never waiting for a sender that is gone.

A connection that breaks without a word (a phone that leaves a tunnel) looks like one that is slow, and it holds the
upload's lock. So the receiver looks four times a second whether it should let go: when its sender has been silent
for a second and somebody else asks for the upload, most likely the same person on a new connection; when it has
been silent for half a minute; or when the server is being stopped. What arrived is made safe and kept each time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Self, TypeVar

from colloquy.kit.errors import Unavailable
from colloquy.providers.storage.port import StorageFull, StorageUnreachable
from colloquy.providers.storage.spool import UploadSilent, UploadTakenOver, UploadTooLarge
from colloquy.providers.storage.spool_append import Appending

T = TypeVar("T")

SILENT_SECONDS = 30.0
"""A sender that says nothing for so long has gone, even when nobody asks for its place. A piece is on its way when
this counts: recorders send a piece when they have it, they do not hold a request open for the next one."""

YIELD_SECONDS = 1.0
"""A sender that was silent for so long makes way for another. A working mobile connection that is merely slow
delivers something within a second (round trips of 0.6 s are the worst that geostationary satellites do)."""

LOOK_SECONDS = 0.25

_BATCH_BYTES = 1 << 20
"""Bytes gathered before a thread is woken; one batch is being written while the next one is received."""


class Watch:
    """Ends a wait for the next bytes when there is a reason to. `bytes_came` is told of every chunk."""

    def __init__(self, wanted: Callable[[], bool], stopping: Callable[[], bool]) -> None:
        self.reason: Exception | None = None
        self._loop = asyncio.get_running_loop()
        self._wanted = wanted
        self._stopping = stopping
        self._heard = self._loop.time()
        self._chunks = self._seen = 0
        self._held_up = False
        self._deadline = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        await self._deadline.__aenter__()
        self._timer = self._loop.call_later(LOOK_SECONDS, self._look)
        return self

    async def __aexit__(self, *failure: Any) -> None:  # noqa: PYI036 - what it is given goes on as it came
        if self._timer is not None:
            self._timer.cancel()
        try:
            await self._deadline.__aexit__(*failure)
        except TimeoutError:
            if self.reason is None:
                raise
            raise self.reason from None

    def bytes_came(self) -> None:
        """The sender is alive. Counts only: a clock for every chunk would be seen in the rate."""
        self._chunks += 1

    async def held_up_by(self, writing: asyncio.Future[None]) -> None:
        """Wait for our own disk: meanwhile it is not the sender who is silent."""
        self._held_up = True
        try:
            await settled(writing)
        finally:
            self._held_up = False

    def _look(self) -> None:
        now = self._loop.time()
        if self._chunks != self._seen or self._held_up:
            self._seen, self._heard = self._chunks, now
        silent = now - self._heard
        if self._stopping():
            self.reason = Unavailable("The server is being restarted; continue in a moment.", retry_after=1)
        elif silent >= SILENT_SECONDS:
            self.reason = UploadSilent()
        elif silent >= YIELD_SECONDS and self._wanted():
            self.reason = UploadTakenOver()
        if self.reason is None:
            self._timer = self._loop.call_later(LOOK_SECONDS, self._look)
        else:
            self._deadline.reschedule(now)


async def receive(appending: Appending, at: int, chunks: AsyncIterator[bytes], limit: int, watch: Watch) -> int:
    """Feed the append from the sender; the new offset. Whatever ends it, what arrived is safe before that is told."""
    batch: list[bytes] = []
    try:
        async with watch:
            await _pull(appending, batch, at, chunks, limit, watch)
    except BaseException:
        # The sender went away, or we are being cancelled: what arrived is kept before anything else happens.
        with suppress(StorageFull, StorageUnreachable):  # what could not be kept was never acknowledged
            await in_thread(_conclude, appending, batch, complete=False)
        raise
    return await in_thread(_conclude, appending, batch, complete=True)


async def _pull(
    appending: Appending, batch: list[bytes], at: int, chunks: AsyncIterator[bytes], limit: int, watch: Watch
) -> None:
    """Take chunks until there are no more. What was not given to the disk yet is in `batch`."""
    loop = asyncio.get_running_loop()
    gathered = received = 0
    writing: asyncio.Future[None] | None = None
    try:
        async for chunk in chunks:
            watch.bytes_came()
            received += len(chunk)
            if at + received > limit:
                raise UploadTooLarge(limit)
            batch.append(chunk)
            gathered += len(chunk)
            if gathered >= _BATCH_BYTES:
                if writing is not None:
                    await watch.held_up_by(writing)
                writing = loop.run_in_executor(None, appending.take, batch[:])
                batch.clear()
                gathered = 0
    finally:
        if writing is not None:
            await watch.held_up_by(writing)


def _conclude(appending: Appending, batch: list[bytes], *, complete: bool) -> int:
    """Write the last batch and make everything safe, in one visit to a thread."""
    if batch and not appending.failed:
        try:
            appending.take(batch)
        except (StorageFull, StorageUnreachable):
            appending.finish(complete=False)
            raise
    return appending.finish(complete=complete)


async def in_thread(work: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Run blocking work in a thread, to its end even when the caller is cancelled meanwhile."""
    return await settled(asyncio.get_running_loop().run_in_executor(None, partial(work, *arguments, **named)))


async def settled(work: asyncio.Future[T]) -> T:
    """Wait for work in a thread to its end, which cancelling cannot hasten; then pass a cancellation on."""
    cancelled: asyncio.CancelledError | None = None
    while not work.done():
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError as request:
            cancelled = request
    if cancelled is not None:
        raise cancelled
    return work.result()
