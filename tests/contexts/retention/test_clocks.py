"""Four clocks and what the law asks: pure decisions."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from colloquy.contexts.privacy import public as privacy
from colloquy.contexts.retention.policy.certificate import Certificate, document, signed, verified, written
from colloquy.contexts.retention.policy.clocks import DEFAULT, Days, Wish, days_for, ends, everything_at, holding
from colloquy.contexts.retention.policy.jurisdictions import RULES, Clock, least_days, rules_of
from colloquy.kit.crypto import Secret
from colloquy.kit.ids import new_id

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("interview_days", "organisation", "interview", "places", "expected"),
    [
        (180, DEFAULT, Wish(), (), Days(90, 180, 180, 90)),
        (30, DEFAULT, Wish(), (), Days(30, 30, 30, 30)),
        (180, DEFAULT, Wish(media=7, words=14), (), Days(7, 14, 180, 90)),
        (180, Wish(record=60), Wish(), (), Days(60, 60, 60, 60)),
        (180, Wish(record=60), Wish(record=100), (), Days(100, 100, 100, 100)),
        (180, Wish(), Wish(record=400), (), Days(180, 180, 180, 180)),
        (180, DEFAULT, Wish(), ("nyc",), Days(90, 365, 365, 90)),
        (180, DEFAULT, Wish(record=10), ("california", "nyc"), Days(90, 1461, 1461, 90)),
        (2000, DEFAULT, Wish(), ("california",), Days(90, 2000, 2000, 90)),
        (180, DEFAULT, Wish(), ("eu", "uk", "russia", "other", "unheard-of"), Days(90, 180, 180, 90)),
    ],
)
def test_what_a_candidate_who_begins_is_kept_by(interview_days, organisation, interview, places, expected):
    assert days_for(interview_days, organisation, interview, places, TODAY) == expected


def test_a_minimum_begins_on_its_day():
    assert least_days(("eu",), Clock.LOGS, date(2027, 12, 1)) == (0, "")
    assert least_days(("eu",), Clock.LOGS, date(2027, 12, 2))[0] == 183
    assert days_for(180, DEFAULT, Wish(), ("eu",), date(2028, 1, 1)).logs == 180, "never longer than the record"


@pytest.mark.parametrize(
    ("told", "wanted", "longer", "expected"),
    [
        (Days(90, 180, 180, 90), Days(30, 60, 100, 10), None, Days(30, 60, 100, 10)),
        (Days(90, 180, 180, 90), Days(300, 300, 300, 300), None, Days(90, 180, 180, 90)),
        (Days(90, 180, 180, 90), Days(90, 1461, 1461, 90), None, Days(90, 180, 180, 90)),
        (Days(90, 180, 180, 90), Days(90, 180, 180, 90), 365, Days(90, 365, 365, 90)),
        (Days(90, 180, 180, 90), Days(90, 180, 180, 90), 30, Days(90, 180, 180, 90)),
    ],
)
def test_shortening_applies_to_those_who_began_and_lengthening_does_not(told, wanted, longer, expected):
    assert holding(told, wanted, longer) == expected


def test_clocks_run_from_the_handing_in_or_else_from_the_beginning():
    begun, done = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 11, tzinfo=UTC)
    days = Days(media=1, words=2, record=3, logs=4)
    assert ends(days, begun, None)[Clock.MEDIA] == datetime(2026, 1, 2, tzinfo=UTC)
    assert ends(days, begun, done)[Clock.RECORD] == datetime(2026, 1, 14, tzinfo=UTC)
    assert everything_at(9) == Days(9, 9, 9, 9)


def test_every_place_of_the_notices_has_its_rules_and_every_rule_its_source():
    assert set(RULES) == {one.value for one in privacy.Jurisdiction}
    for place, rules in RULES.items():
        for rule in rules:
            assert rule.source, (place, rule)
            assert rule.says, (place, rule)
    assert {place for place, _rule in rules_of(("nyc", "eu", "nowhere"), TODAY)} == {"nyc", "eu"}


def test_a_certificate_says_what_was_signed_and_nothing_else_is_genuine():
    secret, other = Secret(b"a" * 32), Secret(b"b" * 32)
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    one = Certificate(new_id(), new_id(), "candidate", at, at, at, at, {"answers": 3}, {"consents": "The proof."})
    text = written(one)
    data = document(text, signed(secret, text))
    assert verified(secret, data)["erased"] == {"answers": 3}
    assert verified(other, data) is None
    for at_byte in range(0, len(data), 3):
        changed = bytearray(data)
        changed[at_byte] ^= 1
        found = verified(secret, bytes(changed))
        assert found is None or found == verified(secret, data), at_byte
    for nonsense in (b"", b"[]", b"{}", b"\xff", b'{"format": "colloquy-erasure-certificate"}', b"[" * 10_000):
        assert verified(secret, nonsense) is None
