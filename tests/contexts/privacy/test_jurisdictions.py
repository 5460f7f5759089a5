"""Where rules hold: the table is whole, several places hold at once, and business days are those of the offices."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from colloquy.contexts.privacy.policy import business_days, jurisdictions
from colloquy.contexts.privacy.policy.gate import BeforeNotice, Why, standing
from colloquy.contexts.privacy.policy.jurisdictions import Effect, Jurisdiction
from colloquy.contexts.privacy.service.choices import Applied, program_from

NYC = (Jurisdiction.NEW_YORK_CITY,)
SINCE = datetime(2026, 12, 1, 9, tzinfo=UTC)


def applied(*places, people_only=False, posted_on=None, since=SINCE):
    return Applied(places, people_only, BeforeNotice.WAIT, None, posted_on, since)


def test_every_place_has_a_name_and_all_but_elsewhere_a_rule():
    assert set(jurisdictions.NAMES) == set(Jurisdiction)
    assert {rule.jurisdiction for rule in jurisdictions.RULES} == set(Jurisdiction) - {Jurisdiction.OTHER}


def test_every_rule_has_a_source_a_day_and_an_effect():
    for rule in jurisdictions.RULES:
        assert rule.source.startswith(("https://", "http://pravo.gov.ru/"))
        assert date(1990, 1, 1) < rule.in_force < date(2030, 1, 1)
        assert rule.effects
        assert rule.follows


def test_several_places_hold_at_once_and_none_weakens_another():
    both = (Jurisdiction.EU, Jurisdiction.ILLINOIS)
    assert jurisdictions.asks_for(both, Effect.CONSENT_FIRST)
    assert jurisdictions.asks_for(both, Effect.AFFECT_OFF)
    assert not jurisdictions.asks_for((Jurisdiction.EU,), Effect.CONSENT_FIRST)
    assert jurisdictions.sections(both) == ("eu", "illinois")


def test_a_city_or_state_brings_its_country():
    assert jurisdictions.holding(NYC) == (Jurisdiction.UNITED_STATES, Jurisdiction.NEW_YORK_CITY)
    assert jurisdictions.asks_for(NYC, Effect.ADVANCE_NOTICE)


def test_unknown_names_are_left_out_and_order_is_the_tables():
    assert jurisdictions.understood(["uk", "atlantis", "eu", "uk"]) == (Jurisdiction.EU, Jurisdiction.UNITED_KINGDOM)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 3),  # the Fourth is a Saturday
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
        date(2021, 12, 31),  # New Year of 2022 is a Saturday
        date(2027, 7, 5),  # the Fourth is a Sunday
    ],
    ids=str,
)
def test_federal_holidays_are_no_business_days(day):
    """As the Office of Personnel Management lists them."""
    assert not business_days.is_business_day(day)


@pytest.mark.parametrize("day", [date(2026, 7, 6), date(2026, 11, 27), date(2026, 12, 24)], ids=str)
def test_days_beside_them_are(day):
    assert business_days.is_business_day(day)


@pytest.mark.parametrize(
    ("told", "first"),
    [
        (date(2026, 12, 3), date(2026, 12, 17)),
        (date(2026, 12, 18), date(2027, 1, 5)),  # Christmas and New Year lie between
        (date(2026, 11, 20), date(2026, 12, 7)),  # Thanksgiving
    ],
    ids=str,
)
def test_ten_business_days_after_the_notice(told, first):
    assert business_days.later(told, 10) == first


def test_the_day_begins_where_new_york_begins_it():
    """Told late in the evening there, which is the next day in UTC: never too early."""
    told = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)
    assert program_from(told) == datetime(2026, 12, 17, 5, tzinfo=UTC)


def test_who_is_told_by_letter_counts_from_the_letter():
    seen = datetime(2026, 12, 9, 12, tzinfo=UTC)
    letter = datetime(2026, 12, 3, 12, tzinfo=UTC)
    assert applied(*NYC).told_at(posted_at=None, letter_at=letter, seen_at=seen) == letter


def test_a_letter_from_before_the_notice_told_nobody():
    seen = datetime(2026, 12, 9, 12, tzinfo=UTC)
    letter = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert applied(*NYC).told_at(posted_at=None, letter_at=letter, seen_at=seen) == seen


def test_a_posting_counts_since_it_carries_the_notice():
    seen = datetime(2026, 12, 9, 12, tzinfo=UTC)
    posted = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert applied(*NYC).told_at(posted_at=posted, letter_at=None, seen_at=seen) == SINCE
    said = applied(*NYC, posted_on=date(2026, 11, 2))
    assert said.told_at(posted_at=posted, letter_at=None, seen_at=seen) == datetime(2026, 11, 2, tzinfo=UTC)


def test_elsewhere_and_with_people_only_nothing_has_to_come_first():
    seen = datetime(2026, 12, 9, 12, tzinfo=UTC)
    assert applied(Jurisdiction.EU).told_at(posted_at=None, letter_at=None, seen_at=seen) is None
    assert applied(*NYC, people_only=True).told_at(posted_at=None, letter_at=None, seen_at=seen) is None
    assert program_from(None) is None


@pytest.mark.parametrize(
    ("decision", "people_only", "begins", "why"),
    [
        (None, False, None, Why.NOT_ASKED),
        ("refused", True, None, Why.REFUSED),
        ("withdrawn", False, None, Why.WITHDRAWN),
        ("ended", False, None, Why.ENDED),
        ("given", True, None, Why.PEOPLE_ONLY),
        ("given", False, SINCE, Why.TOO_EARLY),
        ("given", False, None, None),
    ],
    ids=["not asked", "refused", "withdrawn", "ended", "people only", "too early", "allowed"],
)
def test_what_stands_in_the_way_of_a_program(decision, people_only, begins, why):
    now = datetime(2026, 12, 1, tzinfo=UTC)
    for before in BeforeNotice:
        found = standing(decision, people_only=people_only, program_from=begins, before=before, now=now)
        assert (found.why, found.allowed) == (why, why is None)
        waits = why is Why.TOO_EARLY and before is BeforeNotice.WAIT
        assert found.waits_until == (begins if waits else None)


def test_on_the_day_itself_a_program_may():
    assert standing("given", people_only=False, program_from=SINCE, before=BeforeNotice.WAIT, now=SINCE).allowed
