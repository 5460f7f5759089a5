"""One ask from the first try to the last: model after model, key after key, with a wait when all were tried."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Generic, TypeVar

from pydantic import BaseModel

from colloquy.contexts.inference.policy import trying
from colloquy.contexts.inference.policy.asking import About, Answered, NoAnswer, Task
from colloquy.contexts.inference.policy.breaker import Breaker
from colloquy.contexts.inference.policy.budget import Level
from colloquy.contexts.inference.policy.choosing import Model
from colloquy.contexts.inference.queries import models as models_queries
from colloquy.contexts.inference.service import gate, keeping, pools, recording, standing
from colloquy.contexts.inference.service.installation import Installation
from colloquy.contexts.inference.service.pools import NoKey, Taken
from colloquy.contexts.inference.service.vendors import Vendors
from colloquy.kit import clock, log
from colloquy.kit.crypto import Secret
from colloquy.kit.db import Database, Scope
from colloquy.providers.llm.prices import cost_microdollars
from colloquy.providers.llm.structured import (
    ModelMalformed,
    ModelRefused,
    ModelUnavailable,
    Spent,
    StructuredAnswer,
    StructuredModel,
    StructuredRequest,
)

Output = TypeVar("Output", bound=BaseModel)
Failure = ModelRefused | ModelUnavailable | ModelMalformed
_OF_THE_KEY = frozenset({"key", "quota"})
_GRACE_SECONDS = 2.0
"""A model keeps its own time; what does not come back at all is ended this much later."""
_SLACK_SECONDS = 0.05
"""A timer may be early by a tick of the clock."""

_log = log.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What asking needs of this process."""

    database: Database
    secret: Secret
    vendors: Vendors
    installation: Installation | None
    seconds: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]


class _OverError(Exception):
    """No more requests, or no more time."""


class Asking(Generic[Output]):
    """A request on its way. `run` once."""

    def __init__(
        self,
        parts: Parts,
        scope: Scope,
        task: Task,
        request: StructuredRequest[Output],
        about: About,
        name: bytes,
        models: Collection[Model],
    ) -> None:
        self._parts = parts
        self._models = models
        self._scope = scope
        self._task = task
        self._request = request
        self._about = about
        self._name = name
        self._ends = parts.seconds() + request.total_seconds * trying.TOTAL_FACTOR
        self._requests = 0
        self._hopeless: set[Model] = set()
        self._waits: list[float | None] = []
        """For how long each model that failed asked to be left alone; None: it did not say."""

    async def run(self, order: Callable[[], list[Model]]) -> Answered[Output]:
        """The answer. `order` gives the models as they stand at that moment. Raises NoAnswer."""
        round_number = 0
        try:
            while models := [model for model in order() if model not in self._hopeless]:
                self._waits = []
                for model in models:
                    answered = await self._ask(model)
                    if answered is not None:
                        return answered
                await self._wait(round_number)
                round_number += 1
        except _OverError:
            pass
        waits = [wait for wait in (*self._waits, *self._rests()) if wait is not None]
        raise NoAnswer(
            "all_failed", "Every model that could be asked has failed.", retry_after=min(waits, default=None)
        )

    def _rests(self) -> list[float]:
        return [rest for model in self._models if (rest := self._parts.vendors.rest(model.address))]

    async def _wait(self, round_number: int) -> None:
        """Until it makes sense to ask again. Over when that is too long, or nothing may be sent any more."""
        if not self._waits or not trying.may_ask(self._requests):
            raise _OverError
        asked_for = None if None in self._waits else min(wait for wait in self._waits if wait is not None)
        wait = trying.wait_seconds(round_number, self._parts.chance(), asked_for)
        if wait > trying.PATIENCE_SECONDS or self._left() < wait + trying.LEAST_SECONDS:
            raise _OverError
        await self._parts.sleep(wait)

    def _left(self) -> float:
        return self._ends - self._parts.seconds()

    async def _ask(self, model: Model) -> Answered[Output] | None:
        """The model's answer with one key after the other; None when another model should be asked."""
        breaker = self._parts.vendors.breaker(model.address)
        while True:
            if not trying.may_ask(self._requests) or self._left() < trying.LEAST_SECONDS:
                raise _OverError
            if self._parts.vendors.resting(model):
                self._waits.append(self._parts.vendors.rest(model.address))
                return None
            taken = await self._take(model)
            if isinstance(taken, NoKey):
                if taken.free_at is None:
                    self._hopeless.add(model)
                else:
                    self._waits.append((taken.free_at - clock.now()).total_seconds())
                return None
            if not breaker.allows(self._parts.seconds()):
                continue
            tried = await self._try(model, taken, breaker)
            if isinstance(tried, Answered):
                return tried
            if not _another_key_helps(tried, taken):
                self._give_up(model, tried)
                return None

    def _give_up(self, model: Model, failure: Failure) -> None:
        if isinstance(failure, ModelUnavailable):
            self._waits.append(failure.retry_after)
        else:
            self._hopeless.add(model)

    async def _take(self, model: Model) -> Taken | NoKey:
        async with self._parts.database.begin(self._scope) as db:
            now = clock.now()
            # Looked at before every request: consent taken back meanwhile counts, and what others have spent.
            await gate.require(db, self._scope, self._task, self._about)
            if await standing.spending_level(db, self._scope, now) is Level.HARD:
                raise NoAnswer("budget_spent", "This month's hard limit for models is reached.")
            return await pools.take(db, self._parts.secret, self._scope, model, self._parts.installation, now)

    async def _try(self, model: Model, taken: Taken, breaker: Breaker) -> Answered[Output] | Failure:
        started = self._parts.seconds()
        opened, told = False, False
        number = breaker.sent(started)
        # A vendor that hangs is left alone by others before this request has waited to its end.
        patience = breaker.patience()
        watch = None
        if patience is not None:
            watch = asyncio.get_running_loop().call_later(patience + _SLACK_SECONDS, self._look, model, breaker)
        try:
            outcome = await self._complete(model, taken)
            ended = self._parts.seconds()
            if isinstance(outcome, ModelUnavailable) and not outcome.limited:
                opened = breaker.failed(ended, ended - started)
            else:
                breaker.succeeded(ended, ended - started if isinstance(outcome, StructuredAnswer) else None)
            told = True
        finally:
            breaker.landed(number)
            if watch is not None:
                watch.cancel()
            if not told:  # whoever asked went away
                breaker.gave_up()
        self._requests += spent_on(outcome).requests
        return await self._written_down(model, taken, outcome, ended - started, opened=opened)

    def _look(self, model: Model, breaker: Breaker) -> None:
        if breaker.silent(self._parts.seconds()):
            _log.warning("A vendor has gone silent and is left alone", model=model.name)

    async def _complete(self, model: Model, taken: Taken) -> StructuredAnswer[Output] | Failure:
        seconds = min(self._request.total_seconds, self._left())
        request = replace(self._request, total_seconds=seconds)
        try:
            with self._parts.vendors.using(model) as built:
                return await _in_time(built, request, taken.value, seconds + _GRACE_SECONDS)
        except (ModelRefused, ModelUnavailable, ModelMalformed) as failure:
            return failure
        except TimeoutError:
            return ModelUnavailable("The model did not answer in time.")
        except ValueError as error:
            _log.warning("A model cannot be used", model=model.name, reason=type(error).__name__)
            return ModelRefused("model", "There is no such model, or something that it needs is missing.")
        except Exception as error:  # noqa: BLE001 - the edge to the vendors: callers were promised one kind of failure
            # Neither the text nor the trace of it: either may quote what a candidate said.
            _log.error("A model failed in a way it should not", model=model.name, kind=type(error).__name__)
            return ModelUnavailable("The model failed.")

    async def _written_down(
        self,
        model: Model,
        taken: Taken,
        outcome: StructuredAnswer[Output] | Failure,
        took: float,
        *,
        opened: bool,
    ) -> Answered[Output] | Failure:
        """Stores the call, what follows for the key, and the answer itself, all in one transaction."""
        call = self._call(model, taken, outcome, took)
        now = clock.now()
        async with self._parts.database.begin(self._scope) as db:
            if not isinstance(outcome, StructuredAnswer):
                await pools.note(db, self._scope, taken, outcome, self._parts.installation, now)
            await recording.record(db, self._scope, call, now)
            rest = self._parts.vendors.rest(model.address)
            if opened or isinstance(outcome, StructuredAnswer):
                until = now + timedelta(seconds=rest) if opened else None
                await models_queries.set_resting(db, self._scope, model.address, until, now=now)
            if isinstance(outcome, StructuredAnswer):
                await keeping.keep(
                    db, self._parts.secret, self._scope, self._name, outcome.output, model.name, self._about, now
                )
        if isinstance(outcome, StructuredAnswer):
            return Answered(outcome.output, model.name, cached=False, cost_microdollars=call.cost_microdollars)
        return outcome

    def _call(
        self, model: Model, taken: Taken, outcome: StructuredAnswer[Output] | Failure, took: float
    ) -> recording.Call:
        spent = spent_on(outcome)
        return recording.Call(
            self._task.value,
            model.name,
            taken.id,
            self._about,
            outcome_name(outcome),
            took,
            spent.input_tokens,
            spent.output_tokens,
            spent.requests,
            cost_of(model, outcome),
        )


async def _in_time(
    model: StructuredModel, request: StructuredRequest[Output], key: str | None, seconds: float
) -> StructuredAnswer[Output]:
    async with asyncio.timeout(seconds):
        return await model.complete(request, key=key)


def _another_key_helps(failure: Failure, taken: Taken) -> bool:
    if taken.value is None:
        return False
    if isinstance(failure, ModelRefused):
        return failure.code in _OF_THE_KEY
    return isinstance(failure, ModelUnavailable) and failure.limited


def spent_on(outcome: StructuredAnswer[Output] | Failure) -> Spent:
    """What a call took; of one that failed nobody said."""
    if isinstance(outcome, StructuredAnswer | ModelMalformed):
        return outcome.spent
    return Spent(None, None, outcome.requests)


def cost_of(model: Model, outcome: StructuredAnswer[Output] | Failure) -> int | None:
    """What a call cost, in microdollars: nothing when it was declined; unknown when it may have been begun."""
    if isinstance(outcome, ModelRefused) or (isinstance(outcome, ModelUnavailable) and outcome.limited):
        return 0
    spent = spent_on(outcome)
    return cost_microdollars(model.vendor, model.model, spent.input_tokens, spent.output_tokens)


def outcome_name(outcome: StructuredAnswer[Output] | Failure) -> str:
    """What is stored of how a call went."""
    if isinstance(outcome, ModelRefused):
        return f"refused:{outcome.code}"[:60]
    if isinstance(outcome, ModelMalformed):
        return "malformed"
    if isinstance(outcome, ModelUnavailable):
        return "limited" if outcome.limited else "unavailable"
    return "repaired" if outcome.repaired else "answered"
