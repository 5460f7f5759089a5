"""When a vendor's address is left alone: a circuit breaker. Times are seconds of any clock that only goes forward."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

IN_A_ROW: Final = 3
"""So many failures in a row open it. Of 50 requests at once these are there with the first to fail."""
WINDOW_SECONDS: Final = 30.0
LEAST_CALLS: Final = 6
FAILING: Final = 0.5
"""Half of at least six calls within half a minute, for vendors that fail and answer by turns."""
SLOW_SECONDS: Final = 10.0
"""Under total failure it opens within this: a request that has waited so long and failed counts as all of them."""
SILENT_SECONDS: Final = 8.0
"""Where answers have come, a request that has heard nothing for so long, and for twice as long as the slowest of the
lately answered ones took, opens it unless another was answered meanwhile. It need not fail first."""
_REMEMBERED: Final = 20
REST_SECONDS: Final = 15.0
LONGEST_REST_SECONDS: Final = 240.0


class State(StrEnum):
    """What a breaker lets through: everything, nothing, or one request that tries."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(slots=True)
class Breaker:
    """One address. Ask `allows` before a request and tell it how the request went."""

    _ends: deque[tuple[float, bool]] = field(default_factory=deque)
    _in_a_row: int = 0
    _opened: int = 0
    _rests_until: float | None = None
    _probing: bool = False
    _by_silence: bool = False
    _flying: dict[int, float] = field(default_factory=dict)
    _numbers: int = 0
    _answered_at: float | None = None
    _took: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    def state(self, now: float) -> State:
        """The state at this moment."""
        if self._rests_until is None:
            return State.CLOSED
        return State.OPEN if now < self._rests_until else State.HALF_OPEN

    def rest(self, now: float) -> float:
        """Seconds until it tries again; 0 when it need not wait."""
        return 0.0 if self._rests_until is None else max(0.0, self._rests_until - now)

    def resting(self, now: float) -> bool:
        """Whether a request would not be let through now."""
        state = self.state(now)
        return state is State.OPEN or (state is State.HALF_OPEN and self._probing)

    def allows(self, now: float) -> bool:
        """Whether a request may go. In the half-open state the first one that asks is the probe."""
        if self.resting(now):
            return False
        if self.state(now) is State.HALF_OPEN:
            self._probing = True
        return True

    def sent(self, now: float) -> int:
        """A request is on its way: its number, for `landed`."""
        self._numbers += 1
        self._flying[self._numbers] = now
        return self._numbers

    def landed(self, number: int) -> None:
        """The request with this number is over, however it went."""
        self._flying.pop(number, None)

    def patience(self) -> float | None:
        """After how many seconds without an answer `silent` is worth asking; None: nobody can know yet."""
        return max(SILENT_SECONDS, 2 * max(self._took)) if self._took else None

    def silent(self, now: float) -> bool:
        """Whether the address has gone silent: an overdue request, and none answered since it was sent. True when this
        opened it. The overdue ones go on: should one be answered after all, it closes at once.
        """
        patience = self.patience()
        if patience is None or self._rests_until is not None or not self._flying:
            return False
        oldest = min(self._flying.values())
        if now - oldest < patience or (self._answered_at is not None and self._answered_at >= oldest):
            return False
        self._by_silence = True
        return self._open(now)

    def succeeded(self, now: float, took: float | None = None) -> None:
        """The address answered, be it with a refusal: it is there. `took`: seconds, where it was a whole answer."""
        self._answered_at = now
        if took is not None:
            self._took.append(took)
        if self._rests_until is not None:
            # Sent before it opened: one of those that get through. Silence, though, is over with the first word.
            if not self._by_silence and (not self._probing or now < self._rests_until):
                return
            self._ends.clear()
            self._rests_until, self._probing, self._opened, self._by_silence = None, False, 0, False
        self._in_a_row = 0
        self._count(now, failed=False)

    def failed(self, now: float, took: float) -> bool:
        """The address did not answer as it should, after `took` seconds. True when this opened it."""
        self._count(now, failed=True)
        self._in_a_row += 1
        if self._rests_until is not None:
            if not self._probing or now < self._rests_until:  # sent before it opened: nothing new
                return False
            return self._open(now)
        failures = sum(failed for _at, failed in self._ends)
        rate = len(self._ends) >= LEAST_CALLS and failures >= FAILING * len(self._ends)
        # A first failure that took long must not cost the next requests as much again.
        slow = took >= SLOW_SECONDS and failures == len(self._ends)
        return self._open(now) if self._in_a_row >= IN_A_ROW or rate or slow else False

    def gave_up(self) -> None:
        """A request ended without telling anything (its caller went away): another may be the probe."""
        self._probing = False

    def _open(self, now: float) -> bool:
        self._rests_until = now + min(LONGEST_REST_SECONDS, REST_SECONDS * 2**self._opened)
        self._opened += 1
        self._probing = False
        return True

    def _count(self, now: float, *, failed: bool) -> None:
        self._ends.append((now, failed))
        while self._ends and self._ends[0][0] < now - WINDOW_SECONDS:
            self._ends.popleft()
