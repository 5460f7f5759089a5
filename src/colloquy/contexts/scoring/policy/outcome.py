"""Whether a session's numbers may stand by themselves, or why a person has to look first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from colloquy.contexts.scoring.policy.numbers import Numbers
from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _

PEOPLE_ONLY: Final = N_("People alone evaluate these answers.")
NOTHING_ASSESSED: Final = N_("No question of this interview asks for a level, so there is nothing to score.")
_ENDINGS: Final = {
    "not_scorable": (N_("Answer %(number)s is not scorable."), N_("Answers %(numbers)s are not scorable.")),
    "needs_human": (
        N_("Answer %(number)s has to be evaluated by a person."),
        N_("Answers %(numbers)s have to be evaluated by a person."),
    ),
    "missing": (N_("Question %(number)s has no answer."), N_("Questions %(numbers)s have no answer.")),
    "failed": (
        N_("Answer %(number)s failed and can be run again."),
        N_("Answers %(numbers)s failed and can be run again."),
    ),
}
_ASSESSOR: Final = (
    N_("Answer %(number)s tells whoever marks it what to do; that moved no level."),
    N_("Answers %(numbers)s tell whoever marks them what to do; that moved no level."),
)
_DISPUTED: Final = (
    N_("Two readings of answer %(number)s disagree."),
    N_("Two readings of answers %(numbers)s disagree."),
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How one assessed answer ended: its number from 1, its state, whether it speaks to whoever marks it, and whether
    two readings of it disagree.
    """

    number: int
    state: str
    speaks_to_assessor: bool = False
    disputed: bool = False


def why_a_person(
    endings: Sequence[Ending], numbers: Numbers, *, people_only: bool, ended_by: int | None = None
) -> str | None:
    """Why a person has to look before anything is decided, in the language being spoken; None when they may stand.

    `endings` are those of the answers that count, in the order of their questions. `ended_by` is the number of the
    question whose knock-out rule ended the interview.
    """
    said = []
    if ended_by is not None:
        said.append(_("A rule of question %(number)s ended the interview early; a person decides.", number=ended_by))
    if people_only:
        return " ".join([*said, _(PEOPLE_ONLY)])
    if not endings:
        return " ".join([*said, _(NOTHING_ASSESSED)])
    said += [
        _sentence([ending.number for ending in endings if ending.state == state], *forms)
        for state, forms in _ENDINGS.items()
    ]
    said.append(_sentence([ending.number for ending in endings if ending.disputed], *_DISPUTED))
    said.append(_sentence([ending.number for ending in endings if ending.speaks_to_assessor], *_ASSESSOR))
    if numbers.overall_score is None:
        said.append(_("No answer gave enough evidence for a score."))
    elif numbers.needs_human:
        said.append(_("Only %(share)s of the interview could be judged.", share=f"{numbers.judged_share:.0%}"))
    return " ".join(sentence for sentence in said if sentence) or None


def _sentence(which: list[int], one: str, several: str) -> str:
    if not which:
        return ""
    *first, last = (str(number) for number in which)
    if not first:
        return _(one, number=last)
    return _(several, numbers=_("%(most)s and %(last)s", most=", ".join(first), last=last))
