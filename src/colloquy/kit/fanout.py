"""News for those who wait: what one process commits, streams in every process hear of.

`notify` rides on the caller's transaction (PostgreSQL delivers at the commit, and drops what rolls back). Each
process keeps one listening connection and hands what arrives to its own subscribers. News are a hint, not a record:
a subscriber reads the truth from the tables, and is told to (`Resync`) whenever the connection was lost meanwhile.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from enum import Enum, auto
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.kit import log
from colloquy.kit.db import conninfo

CHANNEL = "colloquy_fanout"
"""One channel of PostgreSQL for all: listening to thousands costs the server more than passing over a few news."""
_AGAIN_SECONDS = 1.0
_WAITING = 1000

_log = log.get_logger(__name__)

News = dict[str, Any]


class Note(Enum):
    """What a subscriber hears besides news."""

    RESYNC = auto()
    """Something may have been missed: read the truth."""
    END = auto()
    """The process stops: say goodbye, the other side will come back to another one."""


async def notify(db: AsyncSession, channel: str, payload: News) -> None:
    """Tells the subscribers of `channel`, in every process, if and when the caller's transaction commits.

    `payload` holds ids and small values (all together below PostgreSQL's 8000 bytes), nothing personal.
    """
    await db.execute(
        text("select pg_notify(:postgres_channel, :news)"),
        {"postgres_channel": CHANNEL, "news": json.dumps([channel, payload], default=str)},
    )


class Subscription:
    """What has come for one subscriber. Too slow a one loses news and is told to read the truth."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[News | Note] = asyncio.Queue()

    def put(self, item: News | Note) -> None:
        """Adds an item; never waits."""
        if self._queue.qsize() >= _WAITING:
            while not self._queue.empty():
                self._queue.get_nowait()
            item = item if item is Note.END else Note.RESYNC
        self._queue.put_nowait(item)

    async def get(self, seconds: float) -> News | Note | None:
        """The next item; None when nothing came for so long."""
        if not self._queue.empty():
            return self._queue.get_nowait()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._queue.get()
        return None


class Fanout:
    """The process's subscribers and, while `listening`, its one connection that hears for all of them."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._subscriptions: dict[str, set[Subscription]] = {}
        self._ended = False

    @contextmanager
    def subscribe(self, channel: str) -> Iterator[Subscription]:
        """News of `channel` from now on. Subscribe first, then read the truth: nothing falls between."""
        subscription = Subscription()
        self._subscriptions.setdefault(channel, set()).add(subscription)
        if self._ended:
            subscription.put(Note.END)
        try:
            yield subscription
        finally:
            those = self._subscriptions[channel]
            those.discard(subscription)
            if not those:
                del self._subscriptions[channel]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Keeps the connection while the block runs, and finds it again when it breaks."""
        self._ended = False
        ready = asyncio.Event()
        task = asyncio.create_task(self._listen(ready))
        try:
            with suppress(TimeoutError):  # a database that is away now may be back later; whoever waits asks anyway
                async with asyncio.timeout(5):
                    await ready.wait()
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def end(self) -> None:
        """Tells every subscriber, and those to come, that the process stops."""
        self._ended = True
        self._tell_all(Note.END)

    async def _listen(self, ready: asyncio.Event) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(conninfo(self._url), autocommit=True) as connection:
                    await connection.execute(f"listen {CHANNEL}".encode())
                    ready.set()
                    self._tell_all(Note.RESYNC)
                    async for notice in connection.notifies():
                        self._deliver(notice.payload)
            except psycopg.Error as error:
                _log.warning("Listening for news failed", error=str(error))
            await asyncio.sleep(_AGAIN_SECONDS)

    def _deliver(self, payload: str) -> None:
        channel, news = json.loads(payload)
        for subscription in self._subscriptions.get(channel, ()):
            subscription.put(news)

    def _tell_all(self, note: Note) -> None:
        for those in self._subscriptions.values():
            for subscription in those:
                subscription.put(note)
