"""What people may say of themselves: the categories that employers in the United States report by.

The rule of New York City (6 RCNY § 5-301) takes over those of the EEO-1 Component 1 report (29 CFR 1602.7): two sexes,
and seven groups of race or ethnicity of which Hispanic or Latino stands before the others. Whoever answers otherwise,
or nothing, is of an unknown category: counted, and in no rate.
"""

from __future__ import annotations

from enum import StrEnum

from colloquy.kit.i18n import N_
from colloquy.kit.i18n import gettext as _


class Sex(StrEnum):
    """As the EEO-1 report has it; `another` is what it has no word for."""

    MALE = "male"
    FEMALE = "female"
    ANOTHER = "another"


class Race(StrEnum):
    """Race or ethnicity as the EEO-1 report has it."""

    HISPANIC = "hispanic_or_latino"
    WHITE = "white"
    BLACK = "black_or_african_american"
    PACIFIC = "native_hawaiian_or_pacific_islander"
    ASIAN = "asian"
    NATIVE = "native_american_or_alaska_native"
    TWO_OR_MORE = "two_or_more_races"


REPORTED_SEXES = (Sex.MALE, Sex.FEMALE)
"""Those that the rule has a row for. Whoever says another is counted as unknown in its tables, which say so."""

_SEXES = {Sex.MALE: N_("Male"), Sex.FEMALE: N_("Female"), Sex.ANOTHER: N_("In another way")}
_RACES = {
    Race.HISPANIC: N_("Hispanic or Latino"),
    Race.WHITE: N_("White"),
    Race.BLACK: N_("Black or African American"),
    Race.PACIFIC: N_("Native Hawaiian or Pacific Islander"),
    Race.ASIAN: N_("Asian"),
    Race.NATIVE: N_("Native American or Alaska Native"),
    Race.TWO_OR_MORE: N_("Two or more races"),
}


def sex_name(sex: Sex) -> str:
    """As people read it, in the language being spoken."""
    return _(_SEXES[sex])


def race_name(race: Race) -> str:
    """As people read it, in the language being spoken."""
    return _(_RACES[race])
