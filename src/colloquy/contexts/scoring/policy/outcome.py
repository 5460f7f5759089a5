"""Whether a session's numbers may stand by themselves, or why a person has to look first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from colloquy.contexts.scoring.policy.numbers import Numbers

PEOPLE_ONLY: Final = "The candidate does not agree to an evaluation by a program: people alone evaluate the answers."
NOTHING_ASSESSED: Final = "No question of this interview asks for a level, so there is nothing to score."
_ENDINGS: Final = {
    "not_scorable": ("Answer {0} is not scorable.", "Answers {0} are not scorable."),
    "needs_human": ("Answer {0} has to be evaluated by a person.", "Answers {0} have to be evaluated by a person."),
    "failed": ("Answer {0} failed and can be run again.", "Answers {0} failed and can be run again."),
}
_ASSESSOR: Final = (
    "Answer {0} tells whoever marks it what to do; that moved no level.",
    "Answers {0} tell whoever marks them what to do; that moved no level.",
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How one assessed answer ended: its number from 1, its state, and whether it speaks to whoever marks it."""

    number: int
    state: str
    speaks_to_assessor: bool = False


def why_a_person(endings: Sequence[Ending], numbers: Numbers, *, people_only: bool) -> str | None:
    """Why a person has to look before anything is decided, in plain words; None when the numbers may stand.

    `endings` are those of the answers that count, in the order of their questions.
    """
    if people_only:
        return PEOPLE_ONLY
    if not endings:
        return NOTHING_ASSESSED
    said = [
        _sentence([ending.number for ending in endings if ending.state == state], *forms)
        for state, forms in _ENDINGS.items()
    ]
    said.append(_sentence([ending.number for ending in endings if ending.speaks_to_assessor], *_ASSESSOR))
    if numbers.overall_score is None:
        said.append("No answer gave enough evidence for a score.")
    elif numbers.needs_human:
        said.append(f"Only {numbers.judged_share:.0%} of the interview could be judged.")
    return " ".join(sentence for sentence in said if sentence) or None


def _sentence(which: list[int], one: str, several: str) -> str:
    if not which:
        return ""
    *first, last = (str(number) for number in which)
    return several.format(f"{', '.join(first)} and {last}") if first else one.format(last)
