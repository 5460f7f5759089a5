"""What the law of a place asks of retention, with its source. Not legal advice.

A minimum beats a shorter wish: whoever deletes a decision record before its minimum breaks the law of that place. A
place without a minimum has a reason as well, for most laws of privacy ask for the opposite: no longer than necessary.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from colloquy.kit.i18n import N_


class Clock(StrEnum):
    """What ends apart: pictures and sound, words, what was decided by them, and traces of access."""

    MEDIA = "media"
    WORDS = "words"
    RECORD = "record"
    LOGS = "logs"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a place. `least_days` is a minimum for its clock; None: there is none, and `says` tells why.

    `since`: the day from which it applies; None: it applies already. `on_request_days`: within how many days of a
    request the law wants it deleted (we take an hour).
    """

    clock: Clock
    says: str
    source: str
    least_days: int | None = None
    on_request_days: int | None = None
    since: date | None = None


_EEOC = Rule(
    Clock.RECORD,
    N_("Employers keep records of hiring, applications among them, for one year."),
    "29 CFR 1602.14",
    least_days=365,
)
_STORAGE = N_("No fixed time: kept no longer than the purpose needs, which the notice names.")

RULES: dict[str, tuple[Rule, ...]] = {
    "eu": (
        Rule(Clock.RECORD, _STORAGE, "Regulation (EU) 2016/679, Article 5(1)(e)"),
        Rule(
            Clock.LOGS,
            N_("Whoever uses a high-risk system keeps its logs for at least six months."),
            "Regulation (EU) 2024/1689, Article 26(6)",
            least_days=183,
            since=date(2027, 12, 2),
        ),
    ),
    "uk": (Rule(Clock.RECORD, _STORAGE, "UK GDPR, Article 5(1)(e)"),),
    "us": (_EEOC,),
    "nyc": (_EEOC,),
    "illinois": (
        _EEOC,
        Rule(
            Clock.MEDIA,
            N_("A video interview is deleted within 30 days of a request, copies among it."),
            "820 ILCS 42/15",
            on_request_days=30,
        ),
    ),
    "california": (
        Rule(
            Clock.RECORD,
            N_("Applications and data of automated decisions are kept for four years."),
            "2 CCR 11013(c)",
            least_days=4 * 365 + 1,
        ),
    ),
    "colorado": (
        _EEOC,
        Rule(
            Clock.RECORD,
            N_("Records of impact assessments are kept for three years. They name no candidate and are not deleted."),
            "C.R.S. 6-1-1703(3)",
        ),
    ),
    "russia": (
        Rule(
            Clock.RECORD,
            N_("No minimum: personal data are destroyed within 30 days after their purpose was reached."),
            "152-FZ, Articles 5(7) and 21(4)",
        ),
    ),
    "other": (),
}
"""Rules by the code of a place."""


def rules_of(places: Iterable[str], today: date) -> list[tuple[str, Rule]]:
    """The rules of these places that apply today, each with its place. A code we do not know has none."""
    return [
        (place, rule) for place in places for rule in RULES.get(place, ()) if rule.since is None or rule.since <= today
    ]


def least_days(places: Iterable[str], clock: Clock, today: date) -> tuple[int, str]:
    """The longest minimum of these places for this clock in days, and its source; (0, "") where there is none."""
    found = [
        (rule.least_days, rule.source)
        for _place, rule in rules_of(places, today)
        if rule.clock is clock and rule.least_days is not None
    ]
    return max(found, default=(0, ""))
