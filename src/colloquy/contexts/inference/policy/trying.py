"""How often and how long an answer is tried for."""

from __future__ import annotations

from typing import Final

MOST_REQUESTS: Final = 5
"""HTTP requests to vendors for one answer, of all models and keys together."""
ONE_ASKING: Final = 2
"""Requests that one asking may take: an answer that has not the shape asked for is repaired once."""
TOTAL_FACTOR: Final = 2.0
"""An ask may take so many times the seconds that its request gives to one model."""
LEAST_SECONDS: Final = 1.0
"""A try with less time than this is not worth making."""
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 4.0
PATIENCE_SECONDS: Final = 6.0
"""A wait that a vendor asks for and that is no longer than this is waited out; with a longer one the ask ends."""


def may_ask(requests: int) -> bool:
    """Whether another asking fits, its repair included."""
    return requests + ONE_ASKING <= MOST_REQUESTS


def wait_seconds(round_number: int, chance: float, asked_for: float | None) -> float:
    """How long to wait before the models are asked again: full jitter, at least what was asked for.

    `round_number` counts from 0; `chance` is between 0 and 1. (Exponential backoff with full jitter: M. Brooker,
    "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.)
    """
    longest: float = min(_LONGEST_WAIT, _FIRST_WAIT * 2**round_number)
    return max(chance * longest, asked_for or 0.0)
