"""A conversation's model: whichever of the organisation's models speaks, with a key of its pool, within its budget.

Like `asking`, for words that are passed on as they come: another model is asked only while nothing has been said, and
who asked decides what to say when none speaks.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from colloquy.contexts.inference.policy.asking import About, NoAnswer, Task
from colloquy.contexts.inference.policy.budget import Level
from colloquy.contexts.inference.policy.choosing import Model
from colloquy.contexts.inference.queries import models as models_queries
from colloquy.contexts.inference.service import gate, pools, recording, standing
from colloquy.contexts.inference.service.asking import Parts, cost_of
from colloquy.contexts.inference.service.pools import NoKey, Taken
from colloquy.kit import clock
from colloquy.kit.db import Scope
from colloquy.providers.llm.port import ChatCapabilities, ChatModel, ChatRequest, ModelRefused, ModelUnavailable
from colloquy.providers.llm.prices import cost_microdollars

ChatFactory = Callable[[str, str, str | None, str | None], ChatModel]
"""(vendor, model, base_url, key) -> model. Raises a ValueError when there is no such thing."""
_MOST: Final = 64
_LEAST_SECONDS: Final = 2.0
_OF_THE_KEY: Final = frozenset({"key", "quota"})
_STOPPED: Final = "stopped"
"""Whoever listened went away: the vendor may charge for what nobody heard, and did not say how much."""


class Chats:
    """Models that speak, built when first asked for; one a key, since connections carry it."""

    def __init__(self, factory: ChatFactory) -> None:
        self._factory = factory
        self._built: dict[tuple[str, str, str, str | None], ChatModel] = {}
        self._busy: dict[ChatModel, int] = {}
        self.writing: set[asyncio.Task[None]] = set()

    @contextmanager
    def using(self, model: Model, key: str | None) -> Iterator[ChatModel]:
        """The model, which is not closed inside the block. ValueError when it cannot be built."""
        at = (model.vendor, model.model, model.base_url, key)
        built = self._built.pop(at, None) or self._factory(model.vendor, model.model, model.base_url or None, key)
        self._built[at] = built  # the one used last is the last to go
        self._busy[built] = self._busy.get(built, 0) + 1
        try:
            yield built
        finally:
            self._busy[built] -= 1
            if not self._busy[built]:
                del self._busy[built]

    async def trim(self) -> None:
        """Closes those that have not been used for longest, when there are many."""
        idle = [at for at, model in self._built.items() if model not in self._busy]
        for at in idle[: max(0, len(self._built) - _MOST)]:
            await self._built.pop(at).close()

    async def close(self) -> None:
        """Closes all connections, when what was said is written down."""
        await asyncio.gather(*self.writing, return_exceptions=True)
        models, self._built = list(self._built.values()), {}
        for model in models:
            await model.close()


@dataclass
class _Try:
    """One model speaking: how it went, and what it took."""

    model: Model
    taken: Taken
    started: float
    outcome: str = _STOPPED
    failure: ModelRefused | ModelUnavailable | None = None
    tokens: tuple[int, int] | None = None

    def count(self, read: int, written: int) -> None:
        """What the vendor says it took."""
        self.tokens = (read, written)


class Speaker:
    """A `ChatModel` of one organisation for one conversation. `name` is that of the model that spoke last."""

    capabilities = ChatCapabilities(vendor="", local=False)

    def __init__(
        self, parts: Parts, chats: Chats, scope: Scope, about: About, order: Callable[[], list[Model]], name: str
    ) -> None:
        self._parts = parts
        self._chats = chats
        self._scope = scope
        self._about = about
        self._order = order
        self.name = name

    async def close(self) -> None:
        """See `ChatModel`. Connections are shared; `Inference.close` closes them."""

    async def stream(self, request: ChatRequest) -> AsyncIterator[str]:
        """See `ChatModel`. ModelUnavailable as well when no model has a key, the budget is spent, or consent gone."""
        ends = self._parts.seconds() + request.total_seconds
        failure: ModelRefused | ModelUnavailable = ModelUnavailable("No model may be asked now.")
        for model in self._order():
            breaker = self._parts.vendors.breaker(model.address)
            left = ends - self._parts.seconds()
            if left < _LEAST_SECONDS or self._parts.vendors.resting(model):
                continue
            taken = await self._take(model)
            if isinstance(taken, NoKey) or not breaker.allows(self._parts.seconds()):
                continue
            one = _Try(model, taken, self._parts.seconds())
            spoken = False
            timed = replace(
                request, first_seconds=min(request.first_seconds, left), total_seconds=left, counted=one.count
            )
            try:
                with self._chats.using(model, taken.value) as chat:
                    self.name = chat.name
                    async for piece in chat.stream(timed):
                        spoken = True
                        yield piece
                one.outcome = "answered"
            except (ModelRefused, ModelUnavailable) as failed:
                one.failure = failure = failed
            except ValueError:
                one.failure = failure = ModelRefused("model", "There is no such model, or it cannot speak.")
            finally:
                self._write_down(one)
            if one.failure is None:
                return
            if spoken:
                break
        raise failure

    async def _take(self, model: Model) -> Taken | NoKey:
        given = self._parts.installation
        if model.id is None and given is not None:
            # Its keys are in this process: all that the first word waits for is whether the candidate still agrees.
            async with self._parts.database.begin(self._scope) as db:
                await self._require(db)
            taken = given.take(clock.now()) if given.has_keys else None
            if taken is not None:
                return Taken(taken[1], number=taken[0])
            return NoKey(given.free_at(clock.now())) if given.has_keys else Taken(None)
        async with self._parts.database.begin(self._scope) as db:
            now = clock.now()
            await self._require(db)
            if await standing.spending_level(db, self._scope, now) is Level.HARD:
                raise ModelUnavailable("This month's hard limit for models is reached.")
            return await pools.take(db, self._parts.secret, self._scope, model, self._parts.installation, now)

    async def _require(self, db: AsyncSession) -> None:
        try:
            await gate.require(db, self._scope, Task.CONVERSE, self._about)
        except NoAnswer as none:
            raise ModelUnavailable(none.message) from none

    def _write_down(self, one: _Try) -> None:
        """Tells the breaker, and stores the call beside what goes on: a candidate does not wait for it."""
        ended, breaker = self._parts.seconds(), self._parts.vendors.breaker(one.model.address)
        opened = False
        if isinstance(one.failure, ModelUnavailable) and not one.failure.limited:
            opened = breaker.failed(ended, ended - one.started)
        elif one.failure is None and one.outcome == _STOPPED:
            breaker.gave_up()
        else:
            breaker.succeeded(ended)
        task = asyncio.ensure_future(self._stored(one, ended - one.started, opened=opened))
        self._chats.writing.add(task)
        task.add_done_callback(self._chats.writing.discard)

    async def _stored(self, one: _Try, took: float, *, opened: bool) -> None:
        now = clock.now()
        async with self._parts.database.begin(self._scope) as db:
            if one.failure is not None:
                await pools.note(db, self._scope, one.taken, one.failure, self._parts.installation, now)
            await recording.record(db, self._scope, self._call(one, took), now)
            if opened:
                rest = self._parts.vendors.rest(one.model.address)
                until = now + timedelta(seconds=rest)
                await models_queries.set_resting(db, self._scope, one.model.address, until, now=now)
        await self._chats.trim()

    def _call(self, one: _Try, took: float) -> recording.Call:
        read, written = one.tokens or (None, None)
        model = one.model
        if one.failure is not None:
            cost = cost_of(model, one.failure)
        else:
            cost = cost_microdollars(model.vendor, model.model, read, written)
        if isinstance(one.failure, ModelRefused):
            outcome = f"refused:{one.failure.code}"[:60]
        elif one.failure is not None:
            outcome = "limited" if one.failure.limited else "unavailable"
        else:
            outcome = one.outcome
        return recording.Call(
            Task.CONVERSE.value, model.name, one.taken.id, self._about, outcome, took, read, written, 1, cost
        )
