"""The vacancy as JobPosting, against what Google documents as required and as allowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from colloquy.contexts.interviews.public import (
    EmploymentType,
    Interview,
    InterviewState,
    PostedBy,
    Vacancy,
    job_posting,
)
from colloquy.kit.ids import new_id

# https://developers.google.com/search/docs/appearance/structured-data/job-posting#job-posting-definition
REQUIRED = {"datePosted", "description", "hiringOrganization", "title"}
RECOMMENDED = {
    "applicantLocationRequirements",
    "baseSalary",
    "directApply",
    "educationRequirements",
    "employmentType",
    "experienceInPlaceOfEducation",
    "experienceRequirements",
    "identifier",
    "jobLocation",
    "jobLocationType",
    "validThrough",
}
EMPLOYMENT = {"FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"}
ADDRESS = "https://jobs.example/abc"
MADE = datetime(2026, 3, 1, 9, tzinfo=UTC)
INTERVIEW = Interview(
    id=new_id(),
    title="Spring round",
    role_title="Backend engineer",
    company="Acme & Sons",
    description='We build <the> ledger.\n\nBring "questions" & time.',
    language="en",
    state=InterviewState.PUBLISHED,
    questions=(),
    competencies=(),
    rubric_version="0" * 16,
    minutes=0,
    retention_days=180,
    closes_at=datetime(2026, 4, 1, tzinfo=UTC),
    has_candidates=False,
    created_at=MADE,
    updated_at=MADE,
    published_at=MADE,
    vacancy=Vacancy(EmploymentType.FULL_TIME, "Berlin", "DE"),
)
ACME = PostedBy("Acme & Sons", "https://jobs.example/logo/1/2")


def test_it_has_what_is_required_and_nothing_that_is_unknown():
    posting = job_posting(INTERVIEW, ACME, ADDRESS)

    assert posting.keys() >= REQUIRED | {"@context", "@type", "jobLocation"}
    assert posting.keys() - REQUIRED - RECOMMENDED == {"@context", "@type", "url"}
    assert (posting["@context"], posting["@type"]) == ("https://schema.org/", "JobPosting")
    assert (posting["title"], posting["datePosted"]) == ("Backend engineer", "2026-03-01")
    assert posting["validThrough"] == "2026-04-01T00:00:00+00:00"
    assert posting["hiringOrganization"] == {"@type": "Organization", "name": "Acme & Sons", "logo": ACME.logo_address}
    assert posting["jobLocation"] == {
        "@type": "Place",
        "address": {"@type": "PostalAddress", "addressLocality": "Berlin", "addressCountry": "DE"},
    }
    assert posting["identifier"] == {"@type": "PropertyValue", "name": "Acme & Sons", "value": str(INTERVIEW.id)}
    assert posting["directApply"] is True


def test_the_description_is_html_made_from_plain_text():
    posting = job_posting(INTERVIEW, ACME, ADDRESS)
    assert posting["description"] == '<p>We build &lt;the&gt; ledger.</p><p>Bring "questions" &amp; time.</p>'
    bare = job_posting(replace(INTERVIEW, description="", role_title=""), ACME, ADDRESS)
    assert (bare["description"], bare["title"]) == ("<p>Spring round</p>", "Spring round")


def test_remote_work_says_who_may_apply_and_no_place():
    posting = job_posting(
        replace(INTERVIEW, vacancy=Vacancy(EmploymentType.CONTRACTOR, "", "KZ", remote=True)), ACME, ADDRESS
    )
    assert posting["jobLocationType"] == "TELECOMMUTE"
    assert posting["applicantLocationRequirements"] == {"@type": "Country", "name": "KZ"}
    assert "jobLocation" not in posting


@pytest.mark.parametrize("employment", EmploymentType)
def test_kinds_of_employment_are_those_that_are_known(employment):
    posting = job_posting(replace(INTERVIEW, vacancy=Vacancy(employment, "Berlin", "DE")), ACME, ADDRESS)
    assert posting["employmentType"] in EMPLOYMENT


def test_what_is_not_known_is_left_out():
    posting = job_posting(replace(INTERVIEW, closes_at=None), PostedBy("Acme"), ADDRESS)
    assert "validThrough" not in posting
    assert posting["hiringOrganization"] == {"@type": "Organization", "name": "Acme"}


@pytest.mark.parametrize("without", [{"vacancy": None}, {"published_at": None}])
def test_without_a_vacancy_or_before_publishing_there_is_none(without):
    assert job_posting(replace(INTERVIEW, **without), ACME, ADDRESS) is None
