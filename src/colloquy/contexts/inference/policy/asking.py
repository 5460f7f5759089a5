"""What is asked of models, and what comes back, whichever model it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel

Output = TypeVar("Output", bound=BaseModel)


class Task(StrEnum):
    """What a model is wanted for. An organisation says of each of its models which of these it may do."""

    EVALUATE = "evaluate"
    CONVERSE = "converse"
    DRAFT = "draft"


class Tier(StrEnum):
    """How good, and dear, a model is, in the organisation's own judgement."""

    ECONOMY = "economy"
    STANDARD = "standard"
    BEST = "best"


OF_CANDIDATES = frozenset({Task.EVALUATE, Task.CONVERSE})
"""Tasks for which a model reads a candidate's words. None is asked for without a session, nor without consent."""


@dataclass(frozen=True, slots=True)
class About:
    """Whose work a call is: for consent, the usage page and erasure. Both None: nobody's in particular (a draft).

    A `session_id` is what the ledger is asked about before every request.
    """

    interview_id: UUID | None = None
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answered(Generic[Output]):
    """An answer of the shape asked for. `model` is the "vendor:model" that gave it; `cached`: it gave it before, to
    the same request. `cost_microdollars` is None where no price is known.
    """

    output: Output
    model: str
    cached: bool
    cost_microdollars: int | None


class NoAnswer(Exception):  # noqa: N818 - an outcome that callers must handle, not a fault of the program
    """No model answered. `retry_after` (seconds) is set when one may soon.

    `not_configured`: the organisation has no model for this task. `budget_spent`: its hard limit is reached.
    `all_failed`: every model that may be asked was, and failed. `not_allowed`: no program may read this candidate's
    words now, so nothing else may stand in for a model either.
    """

    def __init__(
        self,
        code: Literal["not_configured", "budget_spent", "all_failed", "not_allowed"],
        message: str,
        *,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after
