"""How often something may happen: sliding windows, counted by whoever counts (this process, or one for all).

A window is estimated from two counters, this period's and the last one's weighted by how much of it the window still
covers (Cloudflare, "How we built rate limiting capable of scaling to millions of domains", 2017). It costs two numbers
a key, needs no list of times, and never lets twice the limit through at the border of two periods, as fixed windows do.
The arithmetic is here, once: every counter gives the same answers for the same clock.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

_MOST_KEYS = 200_000
"""About 40 MB. Above that the oldest are forgotten: a flood of addresses must not take the memory."""
_SWEEP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Limit:
    """`amount` times in any `seconds`. `name` is told to clients."""

    name: str
    amount: int
    seconds: int = 60


@dataclass(frozen=True, slots=True)
class Want:
    """Once more, counted under `key`; with `count` false it is only asked whether there would be room."""

    limit: Limit
    key: str
    count: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """How a limit stands after it was asked. `wait`: seconds until there is room again, 0 when there is."""

    limit: Limit
    allowed: bool
    remaining: int
    wait: float
    reset: float
    """Seconds until this period ends."""


class Counter(Protocol):
    """Counts for one process or for many."""

    async def take(self, wants: Sequence[Want]) -> list[Standing]:
        """All of them or none: when one has no room, nothing is counted, so that waiting is all it takes."""
        ...

    async def close(self) -> None:
        """Lets go of connections."""
        ...


def part_of_period(limit: Limit, now: float) -> tuple[int, float]:
    """(the number of the current period, how much of it has passed: 0 up to 1)."""
    number, passed = divmod(now, limit.seconds)
    return int(number), passed / limit.seconds


def weighted(previous: int, current: int, passed: float) -> float:
    """The estimate for a whole window."""
    return previous * (1 - passed) + current


def standing(want: Want, previous: int, current: int, passed: float, *, taken: bool) -> Standing:
    """How it stands, from the counters as they were *before* this want. `taken`: it was counted."""
    limit = want.limit
    used = weighted(previous, current, passed)
    allowed = used + 1 <= limit.amount
    left = limit.amount - used - (1 if taken and want.count else 0)
    wait = 0.0 if allowed else _wait(limit, previous, current, passed)
    return Standing(limit, allowed, max(0, math.floor(left)), wait, (1 - passed) * limit.seconds)


def _wait(limit: Limit, previous: int, current: int, passed: float) -> float:
    room = limit.amount - 1 - current
    if room >= 0 and previous > 0:
        return max(0.0, (1 - room / previous) - passed) * limit.seconds
    # Not before this period is the last one; then as above, with nothing counted in the new one.
    after = max(0.0, 1 - (limit.amount - 1) / current) if current else 0.0
    return (1 - passed + after) * limit.seconds


@dataclass(slots=True)
class _Window:
    """Two counters. `over` is when both are worth nothing."""

    number: int
    over: float
    current: int = 0
    previous: int = 0

    def at(self, number: int, seconds: int) -> _Window:
        if number != self.number:
            self.previous = self.current if number == self.number + 1 else 0
            self.current = 0
            self.number = number
            self.over = (number + 2) * seconds
        return self


class InProcess:
    """`Counter` in this process' memory."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._windows: dict[tuple[str, str], _Window] = {}
        self._sweep_at = 0.0

    async def take(self, wants: Sequence[Want]) -> list[Standing]:
        now = self._clock()
        self._sweep(now)
        found = []
        for want in wants:
            number, passed = part_of_period(want.limit, now)
            window = self._windows.get((want.limit.name, want.key))
            if window is not None:
                window.at(number, want.limit.seconds)
            elif want.count:
                window = _Window(number, (number + 2) * want.limit.seconds)
                self._windows[want.limit.name, want.key] = window
            counts = (window.previous, window.current) if window else (0, 0)
            found.append((want, window, *counts, passed))
        allowed = all(weighted(last, this, passed) + 1 <= want.limit.amount for want, _w, last, this, passed in found)
        if allowed:
            for want, window, *_rest in found:
                if window is not None and want.count:
                    window.current += 1
        return [standing(want, last, this, passed, taken=allowed) for want, _w, last, this, passed in found]

    async def close(self) -> None:
        self._windows.clear()

    def _sweep(self, now: float) -> None:
        if len(self._windows) > _MOST_KEYS:
            for key in list(self._windows)[: _MOST_KEYS // 2]:
                del self._windows[key]
        if now >= self._sweep_at:
            self._sweep_at = now + _SWEEP_SECONDS
            self._windows = {key: one for key, one in self._windows.items() if one.over > now}
