"""Asking a model: which one, with which key, how often, at what cost. No transaction may be open meanwhile."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from pydantic import BaseModel

from colloquy.contexts.inference.policy.asking import About, Answered, NoAnswer, Task
from colloquy.contexts.inference.policy.budget import Level
from colloquy.contexts.inference.policy.choosing import Model, in_order
from colloquy.contexts.inference.service import gate, keeping, recording, standing
from colloquy.contexts.inference.service.asking import Asking, Parts
from colloquy.contexts.inference.service.installation import Installation
from colloquy.contexts.inference.service.speaking import ChatFactory, Chats, Speaker
from colloquy.contexts.inference.service.standing import Standing
from colloquy.contexts.inference.service.vendors import Factory, Vendors
from colloquy.kit import clock
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.providers.llm.port import ChatModel
from colloquy.providers.llm.prices import price_of_a_million
from colloquy.providers.llm.structured import StructuredRequest

Output = TypeVar("Output", bound=BaseModel)


class Inference:
    """The organisation's models behind one call. Opens its own short transactions; one a process.

    `installation` is the model of organisations that have none of their own; `chats` builds models that speak.
    `seconds` is any clock that only goes forward; `sleep` and `chance` (between 0 and 1) can be replaced in tests.
    """

    def __init__(
        self,
        database: Database,
        secret: Secret,
        factory: Factory,
        installation: Installation | None = None,
        *,
        chats: ChatFactory | None = None,
        seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.vendors = Vendors(factory, seconds)
        self.chats = None if chats is None else Chats(chats)
        self.parts = Parts(database, secret, self.vendors, installation, seconds, sleep, chance)

    async def models(self, scope: Scope, task: Task) -> tuple[str, ...]:
        """The "vendor:model" names that `ask` would try now, best first; empty when there is none."""
        async with self.parts.database.begin(scope) as db:
            there = await standing.read(db, scope, task, self.parts.installation, clock.now())
        if there.level is Level.HARD:
            return ()
        return tuple(dict.fromkeys(model.name for model in self._order(there, task, ())))

    async def require(self, scope: Scope, task: Task, about: About) -> None:
        """Nothing, when a program, model or not, may do this now. NoAnswer `not_allowed` otherwise.

        For whoever reads a candidate's words without asking a model: the rules that stand in for one.
        """
        async with self.parts.database.begin(scope) as db:
            await gate.require(db, scope, task, about)

    async def ask(
        self,
        scope: Scope,
        task: Task,
        request: StructuredRequest[Output],
        about: About,
        *,
        avoid: Collection[str] = (),
        sample: int = 0,
    ) -> Answered[Output]:
        """The first model's answer, or the next one's when that fails.

        `avoid` names models to be asked only when there is no other. `sample` tells one of several askings of the
        same request from the next: an answer that is kept answers only its own.

        Takes at most `trying.TOTAL_FACTOR` times the request's `total_seconds` and `trying.MOST_REQUESTS` requests.
        Raises `NoAnswer`, and nothing else that a model can cause.
        """
        parts = self.parts
        name = keeping.key(parts.secret, scope, task, request, avoid, sample)
        async with parts.database.begin(scope) as db:
            now = clock.now()
            # Before a kept answer too: it is an evaluation like any other.
            await gate.require(db, scope, task, about)
            there = await standing.read(db, scope, task, parts.installation, now)
            usable = {model.name for model in there.models}
            found = await keeping.look(db, parts.secret, scope, name, request.output, usable, now)
            if found is not None:
                await recording.record(
                    db, scope, recording.Call(task.value, found[1], None, about, "cached", 0.0, 0, 0, 0, 0), now
                )
        if found is not None:
            return Answered(found[0], found[1], cached=True, cost_microdollars=0)
        if not there.models:
            raise _without(there)
        if there.level is Level.HARD:
            raise NoAnswer("budget_spent", "This month's hard limit for models is reached.")
        asking = Asking(parts, scope, task, request, about, name, there.models)
        answered = await asking.run(lambda: self._order(there, task, avoid))
        await self.vendors.trim()
        return answered

    async def chat(self, scope: Scope, about: About) -> ChatModel | None:
        """A model to lead a conversation with, whichever of the organisation's speaks; None when there is none at all.

        Every stream of it asks for consent, takes a key from the pool, keeps to the budget and is written down. Raises
        NoAnswer when the candidate does not agree, or the organisation has models of its own and none may be asked:
        then those of the installation may not either.
        """
        parts = self.parts
        async with parts.database.begin(scope) as db:
            await gate.require(db, scope, Task.CONVERSE, about)
            there = await standing.read(db, scope, Task.CONVERSE, parts.installation, clock.now())
        order = self._order(there, Task.CONVERSE, ())
        if self.chats is None or (there.installations and not there.models):
            return None
        if there.level is Level.HARD:
            raise NoAnswer("budget_spent", "This month's hard limit for models is reached.")
        if not order:
            raise _without(there)
        return Speaker(parts, self.chats, scope, about, lambda: self._order(there, Task.CONVERSE, ()), order[0].name)

    async def close(self) -> None:
        """Gives the vendors' connections back."""
        if self.chats is not None:
            await self.chats.close()
        await self.vendors.close()

    def _order(self, there: Standing, task: Task, avoid: Collection[str]) -> list[Model]:
        return in_order(
            there.models,
            task,
            level=there.level,
            avoid=avoid,
            price=lambda model: price_of_a_million(model.vendor, model.model),
            resting=self.vendors.resting,
        )


def _without(there: Standing) -> NoAnswer:
    if there.keyless:
        return NoAnswer("not_configured", "No model for this has a key that may be used.")
    return NoAnswer("not_configured", "No model is configured for this.")
