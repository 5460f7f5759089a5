"""The vacancy as schema.org JobPosting, the form in which search engines read vacancies.

Required and recommended properties after Google's description of the format:
https://developers.google.com/search/docs/appearance/structured-data/job-posting
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from colloquy.contexts.interviews.policy.interview import Interview
from colloquy.contexts.interviews.policy.vacancy import Vacancy


@dataclass(frozen=True, slots=True)
class PostedBy:
    """Who hires. `logo_address` is absolute (`https://…`), or None."""

    name: str
    logo_address: str | None = None


def job_posting(interview: Interview, organisation: PostedBy, address: str) -> dict[str, Any] | None:
    """The JSON-LD object for the page at `address` (absolute), or None unless a vacancy is filled in.

    `description` is HTML, as the format wants it, made from plain text. None as well for an interview that was never
    published: a posting has a date. Whoever embeds this in a page writes `<` as JSON's `u003c` escape.
    """
    vacancy, published = interview.vacancy, interview.published_at
    if vacancy is None or published is None:
        return None
    hiring: dict[str, Any] = {"@type": "Organization", "name": organisation.name}
    if organisation.logo_address:
        hiring["logo"] = organisation.logo_address
    title = interview.role_title or interview.title
    return {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": title,
        "description": _html(interview.description or title),
        "identifier": {"@type": "PropertyValue", "name": organisation.name, "value": str(interview.id)},
        "datePosted": published.date().isoformat(),
        **({"validThrough": interview.closes_at.isoformat()} if interview.closes_at else {}),
        "employmentType": vacancy.employment_type.value.upper(),
        "hiringOrganization": hiring,
        **_place(vacancy),
        "url": address,
        # Whoever opens the address can apply there and then, without an account.
        "directApply": True,
    }


def _place(vacancy: Vacancy) -> dict[str, Any]:
    """Where the work is done; for remote work, from where people may apply."""
    country = {"@type": "Country", "name": vacancy.country}
    if vacancy.remote:
        return {"jobLocationType": "TELECOMMUTE", "applicantLocationRequirements": country}
    located = {
        "@type": "PostalAddress",
        "addressLocality": vacancy.location,
        "addressCountry": vacancy.country,
    }
    return {"jobLocation": {"@type": "Place", "address": located}}


def _html(text: str) -> str:
    """Paragraphs of plain text as HTML."""
    return "".join(f"<p>{escape(line.strip(), quote=False)}</p>" for line in text.split("\n") if line.strip())
