"""The models that this process has built, and how the addresses they are at have been doing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from colloquy.contexts.inference.policy.breaker import Breaker, State
from colloquy.contexts.inference.policy.choosing import Model
from colloquy.providers.llm.structured import StructuredModel

Factory = Callable[[str, str, str | None], StructuredModel]
"""(vendor, model, base_url) -> model. Raises a ValueError that says what to change when there is no such thing."""
_MOST: Final = 64


class Vendors:
    """Built when first asked for. Models know no keys, so every organisation shares those at one address."""

    def __init__(self, factory: Factory, clock: Callable[[], float]) -> None:
        self._factory = factory
        self._clock = clock
        self._models: dict[tuple[str, str, str], StructuredModel] = {}
        self._busy: dict[tuple[str, str, str], int] = {}
        self._breakers: dict[tuple[str, str], Breaker] = {}

    @contextmanager
    def using(self, model: Model) -> Iterator[StructuredModel]:
        """The model, which is not closed inside the block. ValueError when it cannot be built."""
        at = (model.vendor, model.model, model.base_url)
        built = self._models.pop(at, None) or self._factory(model.vendor, model.model, model.base_url or None)
        self._models[at] = built  # the one used last is the last to go
        self._busy[at] = self._busy.get(at, 0) + 1
        try:
            yield built
        finally:
            self._busy[at] -= 1
            if not self._busy[at]:
                del self._busy[at]

    async def trim(self) -> None:
        """Closes those that have not been used for longest, when there are many."""
        idle = [at for at in self._models if at not in self._busy]
        for at in idle[: max(0, len(self._models) - _MOST)]:
            await self._models.pop(at).close()

    async def close(self) -> None:
        """Closes all connections."""
        models, self._models = list(self._models.values()), {}
        for model in models:
            await model.close()

    def breaker(self, address: tuple[str, str]) -> Breaker:
        """The breaker of an address. One that has nothing to remember is forgotten when there are many."""
        if address not in self._breakers and len(self._breakers) >= _MOST:
            now = self._clock()
            self._breakers = {at: one for at, one in self._breakers.items() if one.state(now) is not State.CLOSED}
        return self._breakers.setdefault(address, Breaker())

    def resting(self, model: Model) -> bool:
        """Whether the model's address is left alone now."""
        found = self._breakers.get(model.address)
        return found is not None and found.resting(self._clock())

    def rest(self, address: tuple[str, str]) -> float:
        """Seconds until an address is tried again."""
        found = self._breakers.get(address)
        return 0.0 if found is None else found.rest(self._clock())

    def state(self, address: tuple[str, str]) -> State:
        """The breaker's state in this process."""
        found = self._breakers.get(address)
        return State.CLOSED if found is None else found.state(self._clock())
