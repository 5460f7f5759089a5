"""Every string in every field, several fields at a time, so that nothing is hidden by another field's refusal.

In round r the field number i holds string r + i: after as many rounds as there are strings, each field has held each.
What is refused is taken apart until every pair of a field and a string has been in a request that was taken, was named
by the refusal as what is wrong, or was the only awkward one in what was refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

APART = 16
"""Rounds."""
AGAIN = 20
"""Refusals."""


class Covered(StrEnum):
    """How a pair of a field and a string was tried."""

    TAKEN = "in what was taken"
    NAMED = "named by the refusal"
    ALONE = "refused alone"
    ALWAYS = "refused, as the honest values are"
    """The operation refuses here whatever its fields hold, once they have been read."""
    FAULT = "in a fault"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a request: `kind` says which refusal it was, `named` which of the fields it complains of."""

    taken: bool
    kind: Hashable = None
    named: frozenset[Hashable] = frozenset()
    places: tuple[tuple[str, ...], ...] = ()
    """Where a body is wrong, as the refusal says it."""
    fault: bool = False


@dataclass
class Tally:
    """Requests that were made, and pairs by how they were tried."""

    requests: int = 0
    pairs: Counter[Covered] = field(default_factory=Counter)

    def __str__(self) -> str:
        told = ", ".join(f"{count} {how}" for how, count in sorted(self.pairs.items()))
        return f"{self.pairs.total()} pairs ({told}) in {self.requests} requests"


def rounds(fields: Sequence[Any], strings: Sequence[str]) -> Iterator[dict[Any, str]]:
    """For each round, what each field holds."""
    for first in range(len(strings)):
        yield {one: strings[(first + number) % len(strings)] for number, one in enumerate(fields)}


class Rounds:
    """Tries pairs with `send`, which sends one request in which all other fields hold what is honest."""

    def __init__(self, send: Callable[[Mapping[Any, str]], Awaitable[Verdict]], tally: Tally) -> None:
        self.send = send
        self.tally = tally
        self.closed: Hashable = None
        """The refusal of the honest values when they were sent last, or None: they were taken."""
        self.since = 0
        """Requests since then that were answered in the same way."""
        self.apart = 0
        """Rounds to come in which every pair goes alone, since taking refusals apart took more requests than that."""

    async def round(self, held: Mapping[Any, str]) -> None:
        """Tries every pair of `held`."""
        if self.apart:
            self.apart -= 1
            for one, text in held.items():
                await self._settle({one: text})
            return
        before = self.tally.requests
        await self._settle(held)
        if self.tally.requests - before > len(held):
            self.apart = APART

    async def _settle(self, held: Mapping[Any, str]) -> None:
        verdict = await self._ask(held)
        named = verdict.named & held.keys()
        if verdict.fault or verdict.taken:
            self.tally.pairs[Covered.FAULT if verdict.fault else Covered.TAKEN] += len(held)
        elif named:
            self.tally.pairs[Covered.NAMED] += len(named)
            if rest := {one: text for one, text in held.items() if one not in named}:
                await self._settle(rest)
        elif await self._is_closed(verdict):
            self.tally.pairs[Covered.ALWAYS] += len(held)
        elif len(held) == 1:
            self.tally.pairs[Covered.ALONE] += 1
        else:
            pairs = list(held.items())
            middle = len(pairs) // 2
            for part in (pairs[:middle], pairs[middle:]):
                await self._settle(dict(part))

    async def _ask(self, held: Mapping[Any, str]) -> Verdict:
        self.tally.requests += 1
        return await self.send(held)

    async def _is_closed(self, verdict: Verdict) -> bool:
        """Whether the honest values are refused in the same way. They are sent again now and then: things change."""
        if self.since == 0 or self.since >= AGAIN:
            honest = await self._ask({})
            self.closed, self.since = None if honest.taken else honest.kind, 0
        self.since += 1
        return self.closed is not None and self.closed == verdict.kind
