"""Whether a program may evaluate a candidate now: what the ledger says, who evaluates here, and what was announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Why(StrEnum):
    """Why no program may evaluate."""

    NOT_ASKED = "not_asked"
    """Nobody has decided: there is no row in the ledger."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """The session was erased."""
    PEOPLE_ONLY = "people_only"
    """The organisation, or this interview, leaves it to people."""
    TOO_EARLY = "too_early"
    """The notice that must come first was not given long enough ago."""


class BeforeNotice(StrEnum):
    """What happens to answers that are handed in before a program may evaluate them."""

    WAIT = "wait"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds now. `why` is None exactly when a program may evaluate.

    `waits_until` is set when answers are to wait for a program instead of going to people.
    """

    why: Why | None
    waits_until: datetime | None = None

    @property
    def allowed(self) -> bool:
        """Whether a program may evaluate."""
        return self.why is None


def standing(
    decision: str | None,
    *,
    people_only: bool,
    program_from: datetime | None,
    before: BeforeNotice,
    now: datetime,
) -> Standing:
    """The standing of one session. `decision` is the last one about evaluation by a program, or None.

    What the candidate says comes first, since it holds whatever the organisation has set.
    """
    if decision != "given":
        return Standing(_UNGIVEN.get(decision or "", Why.NOT_ASKED))
    if people_only:
        return Standing(Why.PEOPLE_ONLY)
    if program_from is not None and now < program_from:
        return Standing(Why.TOO_EARLY, program_from if before is BeforeNotice.WAIT else None)
    return Standing(None)


_UNGIVEN = {"refused": Why.REFUSED, "withdrawn": Why.WITHDRAWN, "ended": Why.ENDED}
