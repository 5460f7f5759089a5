"""What an interview says of the work itself, for those who look for work: kind of employment, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from colloquy.contexts.interviews.policy.texts import Problems, one_line, text_problem
from colloquy.kit.i18n import gettext as _

MAX_LOCATION = 200
COUNTRY = re.compile(r"[A-Z]{2}")


class EmploymentType(StrEnum):
    """The values that search engines know (https://developers.google.com/search/docs/appearance/structured-data/job-posting)."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"
    CONTRACTOR = "contractor"
    TEMPORARY = "temporary"
    INTERN = "intern"
    VOLUNTEER = "volunteer"
    PER_DIEM = "per_diem"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Vacancy:
    """What a job posting says besides the description; published as schema.org JobPosting on the landing page.

    `country` is ISO 3166-1 alpha-2, capitals. `remote`: all of the work is done from anywhere in that country.
    """

    employment_type: EmploymentType
    location: str = ""
    country: str = ""
    remote: bool = False


def tidied_vacancy(vacancy: Vacancy) -> Vacancy:
    """Trimmed, the country in capitals."""
    return replace(vacancy, location=one_line(vacancy.location), country=vacancy.country.strip().upper())


def vacancy_problems(vacancy: Vacancy) -> Problems:
    """What is missing or outside its limits, of a tidied vacancy."""
    found: Problems = {}
    if not vacancy.remote and not vacancy.location:
        found["vacancy_location"] = _("Write where the work is done, or say that it is remote.")
    if problem := text_problem(vacancy.location, MAX_LOCATION):
        found["vacancy_location"] = problem
    if COUNTRY.fullmatch(vacancy.country) is None:
        # Search engines drop a posting without one, for remote work too: it says who may apply.
        found["vacancy_country"] = _("Write the country as two letters, such as DE or KZ.")
    return found
