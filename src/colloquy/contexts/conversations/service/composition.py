"""A turn as it grows, for those who read along in this process."""

from __future__ import annotations

import asyncio
from uuid import UUID

from colloquy.contexts.conversations.service.turns import Finished


class Composition:
    """The words of one turn so far. `text` only grows within a `revision`; a new revision begins anew.

    White space at the end waits for the word after it, so that what readers got is, to the letter, what is stored.
    `over` is set last: then `finished` is what was stored, or None when the turn was lost to somebody else.
    """

    def __init__(self, message_id: UUID, seq: int, revision: int) -> None:
        self.message_id = message_id
        self.seq = seq
        self.revision = revision
        self.text = ""
        self.over = False
        self.finished: Finished | None = None
        self._space = ""
        self._waiters: set[asyncio.Future[None]] = set()

    def add(self, piece: str) -> None:
        """Adds words."""
        piece = self._space + piece
        bare = piece.rstrip()
        self._space = piece[len(bare) :]
        if not self.text:
            bare = bare.lstrip()
        if bare:
            self.text += bare
            self._wake()

    def replace(self, text: str) -> None:
        """Says something else instead of everything so far. When that was its beginning, readers just read on."""
        text = text.strip()
        if not text.startswith(self.text):
            self.revision += 1
        self.text, self._space = text, ""
        self._wake()

    def end(self, finished: Finished | None) -> None:
        """Nothing comes after this."""
        self.finished, self.over = finished, True
        self._wake()

    async def change(self, seconds: float) -> bool:
        """Waits for the next change; False when none came for so long. Look first, then wait: nothing is missed,
        since whoever changes it does so between two awaits.
        """
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(seconds, _give_up, waiter)
        self._waiters.add(waiter)
        try:
            await waiter
        except TimeoutError:
            return False
        finally:
            timer.cancel()
            self._waiters.discard(waiter)
        return True

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()


def _give_up(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())
